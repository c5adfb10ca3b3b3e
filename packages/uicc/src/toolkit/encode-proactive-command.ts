// A proactive command as the objects of TS 102 223 section 6.6, and as bytes.

import { join } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import type { ComprehensionTlv } from '../tlv/comprehension-tlv.ts';
import { commandTypes } from './command-types.ts';
import {
  bearerTypes,
  encodeBufferSize,
  encodeDuration,
  encodeOctet,
  encodeOtherAddress,
  encodeTimerValue,
  encodeTransportLevel,
  transportProtocols,
} from './data-objects.ts';
import { interpretCommand } from './decode-proactive-command.ts';
import { encodeEventList } from './events.ts';
import type { CommandDetails, ProactiveCommand } from './proactive-command.ts';
import { localInformationCode, timerActions } from './qualifiers.ts';
import { deviceIdentities, toolkitTags as tags, toolkitTemplates } from './tags.ts';
import { encodeToolkitMessage, mergeObjects, object } from './toolkit-message.ts';

interface Said {
  readonly commandType: number;
  readonly qualifier?: number;
  readonly channel?: number;
  readonly destination?: number;
  readonly objects: readonly ComprehensionTlv[];
}

const mandatory = true;

/** What the fields of a command say, beside its number. */
function said(command: ProactiveCommand): Said {
  const before = command.qualifier ?? 0;
  switch (command.type) {
    case 'set-up-event-list': {
      const events = object(tags.eventList, encodeEventList(command.events), mandatory);
      return { commandType: commandTypes.setUpEventList, objects: [events] };
    }
    case 'poll-interval': {
      const duration = object(tags.duration, encodeDuration(command.seconds), mandatory);
      return { commandType: commandTypes.pollInterval, objects: [duration] };
    }
    case 'polling-off':
      return { commandType: commandTypes.pollingOff, objects: [] };
    case 'more-time':
      return { commandType: commandTypes.moreTime, objects: [] };
    case 'timer-management': {
      const timer = object(tags.timerIdentifier, encodeOctet(command.timer, 1, 8, 'a timer from 1 to 8'), mandatory);
      const { seconds } = command;
      const value = seconds === undefined ? [] : [object(tags.timerValue, encodeTimerValue(seconds), mandatory)];
      const qualifier = (before & ~0x03) | timerActions.indexOf(command.action);
      return { commandType: commandTypes.timerManagement, qualifier, objects: [timer, ...value] };
    }
    case 'provide-local-information': {
      const qualifier = localInformationCode(command.information);
      return { commandType: commandTypes.provideLocalInformation, qualifier, objects: [] };
    }
    case 'geographical-location-request': {
      const { parameters } = command;
      const objects = parameters === undefined ? [] : [object(tags.geographicalLocationParameters, parameters)];
      return { commandType: commandTypes.geographicalLocationRequest, objects };
    }
    case 'open-channel': {
      const transport = { protocol: transportProtocols.tcpClientRemote, port: command.port };
      return {
        commandType: commandTypes.openChannel,
        qualifier: command.qualifier ?? 0x01, // immediate link establishment
        objects: [
          object(tags.bearerDescription, command.bearer ?? Uint8Array.of(bearerTypes.default)),
          object(tags.bufferSize, encodeBufferSize(command.bufferSize)),
          object(tags.transportLevel, encodeTransportLevel(transport)),
          object(tags.otherAddress, encodeOtherAddress(command.address)),
        ],
      };
    }
    case 'send-data': {
      const qualifier = (before & ~0x01) | (command.immediate ? 0x01 : 0);
      const data = object(tags.channelData, command.data, mandatory);
      return { commandType: commandTypes.sendData, qualifier, channel: command.channel, objects: [data] };
    }
    case 'receive-data': {
      const length = encodeOctet(command.length, 0, 255, 'a length of channel data');
      const objects = [object(tags.channelDataLength, length, mandatory)];
      return { commandType: commandTypes.receiveData, channel: command.channel, objects };
    }
    case 'close-channel':
      return { commandType: commandTypes.closeChannel, channel: command.channel, objects: [] };
    case 'get-channel-status':
      return { commandType: commandTypes.getChannelStatus, objects: [] };
    case 'other': {
      const { commandType, destination } = command;
      return { commandType, objects: [], ...(destination === undefined ? {} : { destination }) };
    }
  }
}

/** What a terminal response to the command repeats of it. */
export function commandDetails(command: ProactiveCommand): CommandDetails {
  const { commandType, qualifier = command.qualifier ?? 0 } = said(command);
  return { number: command.number, commandType, qualifier };
}

/** Every object that the fields of a command say. */
function saidObjects(command: ProactiveCommand): ComprehensionTlv[] {
  const { channel, destination = deviceIdentities.terminal, objects } = said(command);
  const { number, commandType, qualifier } = commandDetails(command);
  for (const octet of [number, commandType, qualifier, destination, channel ?? 1]) {
    if (!Number.isInteger(octet) || octet < 0 || octet > 0xff) {
      throw new UiccError('toolkit-malformed', 'expected number, type and qualifier of a command in an octet each');
    }
  }
  if (channel !== undefined && (channel < 1 || channel > 7)) {
    throw new UiccError('toolkit-malformed', 'expected a channel from 1 to 7');
  }
  const to = channel === undefined ? destination : deviceIdentities.channel + channel;
  return [
    object(tags.commandDetails, join(number, commandType, qualifier), mandatory),
    object(tags.deviceIdentities, join(deviceIdentities.uicc, to), mandatory),
    ...objects,
  ];
}

/** @throws UiccError `toolkit-malformed` for a field out of range */
export function encodeProactiveCommand(command: ProactiveCommand): Bytes {
  const received = command.objects ?? [];
  const complete = received.some(({ tag }) => tag === tags.commandDetails);
  const before = complete ? saidObjects(interpretCommand(received)) : [];
  return encodeToolkitMessage({
    template: toolkitTemplates.proactiveCommand,
    objects: mergeObjects(received, before, saidObjects(command)),
    ...(command.lengthOctets === undefined ? {} : { lengthOctets: command.lengthOctets }),
  });
}
