// A proactive command from bytes: what the terminal reads of a card that may be hostile.

import { UiccError } from '../errors.ts';
import type { ComprehensionTlv } from '../tlv/comprehension-tlv.ts';
import { commandTypes } from './command-types.ts';
import {
  bearerTypes,
  decodeBufferSize,
  decodeDuration,
  decodeOctet,
  decodeOtherAddress,
  decodeTimerValue,
  decodeTransportLevel,
  transportProtocols,
} from './data-objects.ts';
import { decodeEventList } from './events.ts';
import type { CommandDetails, ProactiveCommand } from './proactive-command.ts';
import { localInformationOf, timerActions } from './qualifiers.ts';
import { deviceIdentities, toolkitTags as tags, toolkitTemplates } from './tags.ts';
import { decodeToolkitMessage, objectValue, requiredValue } from './toolkit-message.ts';

type Objects = readonly ComprehensionTlv[];

/** Section 8.6. @throws UiccError `toolkit-malformed` unless three octets are there */
export function decodeCommandDetails(objects: Objects): CommandDetails {
  const value = requiredValue(objects, tags.commandDetails);
  const [number = 0, commandType = 0, qualifier = 0] = value;
  if (value.length !== 3) throw new UiccError('toolkit-malformed', 'expected command details in three octets');
  return { number, commandType, qualifier };
}

/** Section 8.7. */
export function decodeDeviceIdentities(objects: Objects): { readonly source: number; readonly destination: number } {
  const value = requiredValue(objects, tags.deviceIdentities);
  const [source = 0, destination = 0] = value;
  if (value.length !== 2) throw new UiccError('toolkit-malformed', 'expected device identities in two octets');
  return { source, destination };
}

/** @throws UiccError `toolkit-malformed` or `tlv-malformed`: nothing of such a command is to be done */
export function decodeProactiveCommand(bytes: Uint8Array): ProactiveCommand {
  const { template, ...received } = decodeToolkitMessage(bytes);
  if (template !== toolkitTemplates.proactiveCommand) {
    throw new UiccError('toolkit-malformed', 'expected a proactive command');
  }
  return { ...interpretCommand(received.objects), ...received };
}

/**
 * The command that the objects say; one that this package has no fields for, or whose objects say nothing possible, is
 * `other`: the terminal can answer that it did not understand.
 */
export function interpretCommand(objects: Objects): ProactiveCommand {
  const { number, commandType, qualifier } = decodeCommandDetails(objects);
  const { destination } = decodeDeviceIdentities(objects);
  const common = { number, qualifier };
  const other = { ...common, type: 'other', commandType, destination } as const;
  try {
    return interpretKnown(objects, common, commandType, destination) ?? other;
  } catch (error) {
    if (error instanceof UiccError) return other;
    throw error;
  }
}

interface CommonFields {
  readonly number: number;
  readonly qualifier: number;
}

function interpretKnown(
  objects: Objects,
  common: CommonFields,
  commandType: number,
  destination: number,
): ProactiveCommand | undefined {
  const { qualifier } = common;
  const channel = destination - deviceIdentities.channel;
  const onChannel = channel >= 1 && channel <= 7;
  switch (commandType) {
    case commandTypes.setUpEventList:
      return { ...common, type: 'set-up-event-list', events: decodeEventList(requiredValue(objects, tags.eventList)) };
    case commandTypes.pollInterval:
      return { ...common, type: 'poll-interval', seconds: decodeDuration(requiredValue(objects, tags.duration)) };
    case commandTypes.pollingOff:
      return { ...common, type: 'polling-off' };
    case commandTypes.moreTime:
      return { ...common, type: 'more-time' };
    case commandTypes.timerManagement: {
      const action = timerActions[qualifier & 0x03];
      if (action === undefined) return undefined;
      const timer = decodeOctet(requiredValue(objects, tags.timerIdentifier), 1, 8, 'a timer from 1 to 8');
      const value = objectValue(objects, tags.timerValue);
      if (action === 'start' && value === undefined) throw new UiccError('toolkit-malformed', 'expected a timer value');
      const seconds = value === undefined ? {} : { seconds: decodeTimerValue(value) };
      return { ...common, type: 'timer-management', action, timer, ...seconds };
    }
    case commandTypes.provideLocalInformation:
      return { ...common, type: 'provide-local-information', information: localInformationOf(qualifier) };
    case commandTypes.geographicalLocationRequest: {
      const parameters = objectValue(objects, tags.geographicalLocationParameters);
      return { ...common, type: 'geographical-location-request', ...(parameters === undefined ? {} : { parameters }) };
    }
    case commandTypes.openChannel:
      return openChannel(objects, common);
    case commandTypes.sendData: {
      if (!onChannel) return undefined;
      const data = requiredValue(objects, tags.channelData);
      return { ...common, type: 'send-data', channel, data, immediate: (qualifier & 0x01) !== 0 };
    }
    case commandTypes.receiveData: {
      if (!onChannel) return undefined;
      const length = decodeOctet(requiredValue(objects, tags.channelDataLength), 0, 255, 'a length of channel data');
      return { ...common, type: 'receive-data', channel, length };
    }
    case commandTypes.closeChannel:
      return onChannel ? { ...common, type: 'close-channel', channel } : undefined;
    case commandTypes.getChannelStatus:
      return { ...common, type: 'get-channel-status' };
    default:
      return undefined;
  }
}

function openChannel(objects: Objects, common: CommonFields): ProactiveCommand | undefined {
  const transportValue = objectValue(objects, tags.transportLevel);
  // of two other addresses the first is the local one, which is the network's to give
  const addresses = objects.filter(({ tag }) => tag === tags.otherAddress);
  const [destination] = addresses;
  if (transportValue === undefined || destination === undefined || addresses.length > 1) return undefined;
  const { protocol, port } = decodeTransportLevel(transportValue);
  const address = decodeOtherAddress(destination.value);
  if (protocol !== transportProtocols.tcpClientRemote || address === undefined) return undefined;
  const bufferSize = decodeBufferSize(requiredValue(objects, tags.bufferSize));
  const bearer = requiredValue(objects, tags.bearerDescription);
  const described = bearer.length === 1 && bearer[0] === bearerTypes.default ? {} : { bearer };
  return { ...common, type: 'open-channel', address, port, bufferSize, ...described };
}
