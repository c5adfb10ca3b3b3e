// A proactive command from FETCH to TERMINAL RESPONSE (ETSI TS 102 223, 6.4 and 6.8). A command that this phone has no
// file for is beyond its capabilities; one that cannot be read is answered so, and nothing of it is done.

import {
  type Bytes,
  type CommandDetails,
  decodeCommandDetails,
  decodeProactiveCommand,
  decodeToolkitMessage,
  encodeTerminalResponse,
  generalResults,
  type ProactiveCommand,
  type ProactiveCommandType,
} from '@vitalseal/uicc';
import { closeChannel } from './commands/close-channel.ts';
import { geographicalLocationRequest } from './commands/geographical-location-request.ts';
import { getChannelStatus } from './commands/get-channel-status.ts';
import { openChannel } from './commands/open-channel.ts';
import { moreTime, pollInterval, pollingOff } from './commands/polling.ts';
import { provideLocalInformation } from './commands/provide-local-information.ts';
import { receiveData } from './commands/receive-data.ts';
import { sendData } from './commands/send-data.ts';
import { setUpEventList } from './commands/set-up-event-list.ts';
import { timerManagement } from './commands/timer-management.ts';
import type { CommandOf, Deed, Outcome } from './deed.ts';
import type { Equipment } from './equipment.ts';

const deeds: { readonly [Type in ProactiveCommandType]?: Deed<Type> } = {
  'open-channel': openChannel,
  'close-channel': closeChannel,
  'send-data': sendData,
  'receive-data': receiveData,
  'get-channel-status': getChannelStatus,
  'set-up-event-list': setUpEventList,
  'timer-management': timerManagement,
  'poll-interval': pollInterval,
  'polling-off': pollingOff,
  'more-time': moreTime,
  'provide-local-information': provideLocalInformation,
  'geographical-location-request': geographicalLocationRequest,
};

export interface Executed {
  /** `other` of one that could not be read. */
  readonly type: ProactiveCommandType;
  /** The data of TERMINAL RESPONSE. */
  readonly response: Bytes;
}

/** @param fetched as the card handed it out */
export async function execute(equipment: Equipment, fetched: Bytes): Promise<Executed> {
  const details = detailsOf(fetched);
  let command: ProactiveCommand;
  try {
    command = decodeProactiveCommand(fetched);
  } catch {
    const result = { general: generalResults.dataNotUnderstood };
    return { type: 'other', response: encodeTerminalResponse({ ...details, result }) };
  }
  const outcome = await perform(command, equipment);
  const { type } = command;
  try {
    return { type, response: encodeTerminalResponse({ ...details, ...outcome }) };
  } catch {
    // A clock or a place that the formats cannot say.
    const result = { general: generalResults.terminalBusy };
    return { type, response: encodeTerminalResponse({ ...details, result }) };
  }
}

function perform<Type extends ProactiveCommandType>(
  command: CommandOf<Type>,
  equipment: Equipment,
): Promise<Outcome> | Outcome {
  const deed = deeds[command.type as Type];
  return deed ? deed(command, equipment) : { result: { general: generalResults.beyondCapabilities } };
}

/** What the response repeats; of a command that cannot be read, zeros. */
function detailsOf(fetched: Bytes): CommandDetails {
  try {
    return decodeCommandDetails(decodeToolkitMessage(fetched).objects);
  } catch {
    return { number: 0, commandType: 0, qualifier: 0 };
  }
}
