// What the terminal tells the card of itself: TS 102 223 section 7 (events, timers), and TS 31.111 section 7.6 (place).

import { join } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import type { ComprehensionTlv } from '../tlv/comprehension-tlv.ts';
import {
  type ChannelStatus,
  decodeChannelStatus,
  decodeOctet,
  decodeTimerValue,
  encodeChannelStatus,
  encodeOctet,
  encodeTimerValue,
} from './data-objects.ts';
import { eventCode, eventOf } from './events.ts';
import { decodeGadShape, encodeGadShape, type GeographicalLocation } from './geographical-location.ts';
import { deviceIdentities, toolkitTags as tags, toolkitTemplates } from './tags.ts';
import {
  decodeToolkitMessage,
  encodeToolkitMessage,
  mergeObjects,
  object,
  objectValue,
  type Received,
  requiredValue,
} from './toolkit-message.ts';

/** Data has come where none had been waiting. */
export interface DataAvailable {
  readonly type: 'data-available';
  readonly channelStatus: ChannelStatus;
  /** Octets that can be received; 255 stands for that or more. */
  readonly length: number;
}

/** The state of a channel changed otherwise than by a command of the card. */
export interface ChannelStatusChanged {
  readonly type: 'channel-status';
  readonly channelStatus: ChannelStatus;
}

export interface TimerExpiration {
  readonly type: 'timer-expiration';
  readonly timer: number;
  /** Seconds that it ran. */
  readonly seconds: number;
}

export interface GeographicalLocationReporting {
  readonly type: 'geographical-location-reporting';
  /** Absent where the terminal told a shape of another kind, or only a sentence of its receiver. */
  readonly location?: GeographicalLocation;
}

export interface OtherEnvelope {
  readonly type: 'other';
  readonly template: number;
}

export type Envelope = Received &
  (DataAvailable | ChannelStatusChanged | TimerExpiration | GeographicalLocationReporting | OtherEnvelope);

const mandatory = true;

function templateOf(envelope: Envelope): number {
  if (envelope.type === 'timer-expiration') return toolkitTemplates.timerExpiration;
  if (envelope.type === 'geographical-location-reporting') return toolkitTemplates.geographicalLocationReporting;
  return envelope.type === 'other' ? envelope.template : toolkitTemplates.eventDownload;
}

function saidObjects(envelope: Envelope): ComprehensionTlv[] {
  const devices = object(tags.deviceIdentities, join(deviceIdentities.terminal, deviceIdentities.uicc), mandatory);
  switch (envelope.type) {
    case 'data-available':
    case 'channel-status': {
      const length = envelope.type === 'data-available' ? encodeOctet(envelope.length, 0, 255, 'a length') : undefined;
      return [
        object(tags.eventList, Uint8Array.of(eventCode(envelope.type)), mandatory),
        devices,
        object(tags.channelStatus, encodeChannelStatus(envelope.channelStatus), mandatory),
        ...(length === undefined ? [] : [object(tags.channelDataLength, length, mandatory)]),
      ];
    }
    case 'timer-expiration':
      return [
        devices,
        object(tags.timerIdentifier, encodeOctet(envelope.timer, 1, 8, 'a timer from 1 to 8'), mandatory),
        object(tags.timerValue, encodeTimerValue(envelope.seconds), mandatory),
      ];
    case 'geographical-location-reporting': {
      const { location } = envelope;
      return [
        devices,
        ...(location === undefined ? [] : [object(tags.gadShapes, encodeGadShape(location), mandatory)]),
      ];
    }
    case 'other':
      return [];
  }
}

/** @throws UiccError `toolkit-malformed` for a field out of range */
export function encodeEnvelope(envelope: Envelope): Bytes {
  const received = envelope.objects ?? [];
  const before = received.length === 0 ? [] : saidObjects(interpret(templateOf(envelope), received));
  return encodeToolkitMessage({
    template: templateOf(envelope),
    objects: mergeObjects(received, before, saidObjects(envelope)),
    ...(envelope.lengthOctets === undefined ? {} : { lengthOctets: envelope.lengthOctets }),
  });
}

/** @throws UiccError `toolkit-malformed` or `tlv-malformed` */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const { template, ...received } = decodeToolkitMessage(bytes);
  if (template === toolkitTemplates.proactiveCommand) {
    throw new UiccError('toolkit-malformed', 'expected an envelope');
  }
  return { ...interpret(template, received.objects), ...received };
}

function interpret(template: number, objects: readonly ComprehensionTlv[]): Envelope {
  if (template === toolkitTemplates.timerExpiration) {
    const timer = decodeOctet(requiredValue(objects, tags.timerIdentifier), 1, 8, 'a timer from 1 to 8');
    return { type: 'timer-expiration', timer, seconds: decodeTimerValue(requiredValue(objects, tags.timerValue)) };
  }
  if (template === toolkitTemplates.geographicalLocationReporting) {
    const shape = objectValue(objects, tags.gadShapes);
    const location = shape === undefined ? undefined : decodeGadShape(shape);
    return { type: 'geographical-location-reporting', ...(location === undefined ? {} : { location }) };
  }
  const [code] = template === toolkitTemplates.eventDownload ? requiredValue(objects, tags.eventList) : [];
  const event = code === undefined ? undefined : eventOf(code);
  if (event !== 'data-available' && event !== 'channel-status') return { type: 'other', template };
  const channelStatus = decodeChannelStatus(requiredValue(objects, tags.channelStatus));
  if (event === 'channel-status') return { type: event, channelStatus };
  const length = decodeOctet(requiredValue(objects, tags.channelDataLength), 0, 255, 'a length');
  return { type: event, channelStatus, length };
}
