// What the terminal made of a proactive command: TS 102 223 section 6.8. Its objects have no template around them.

import { join } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { type ComprehensionTlv, decodeComprehensionTlvs, encodeComprehensionTlvs } from '../tlv/comprehension-tlv.ts';
import {
  type ChannelStatus,
  decodeBufferSize,
  decodeChannelStatus,
  decodeDuration,
  decodeOctet,
  decodeTimerValue,
  encodeBufferSize,
  encodeChannelStatus,
  encodeDuration,
  encodeOctet,
  encodeTimerValue,
} from './data-objects.ts';
import { type DateTimeZone, decodeDateTimeZone, encodeDateTimeZone } from './date-time-zone.ts';
import { decodeCommandDetails } from './decode-proactive-command.ts';
import type { CommandDetails } from './proactive-command.ts';
import { deviceIdentities, toolkitTags as tags } from './tags.ts';
import { mergeObjects, object, objectValue, type Received, requiredValue } from './toolkit-message.ts';

export interface TerminalResult {
  readonly general: number;
  readonly additional?: Bytes;
}

export interface TerminalResponse extends CommandDetails, Pick<Received, 'objects'> {
  readonly result: TerminalResult;
  /** POLL INTERVAL: the interval that the terminal keeps, in seconds. */
  readonly duration?: number;
  readonly channelStatus?: ChannelStatus;
  /** GET CHANNEL STATUS: those of the channels after the first. */
  readonly furtherChannels?: readonly ChannelStatus[];
  readonly channelData?: Bytes;
  /** Octets that are still to be had, or room that is left to send; 255 stands for that or more. */
  readonly channelDataLength?: number;
  readonly bearer?: Bytes;
  readonly bufferSize?: number;
  readonly timer?: number;
  readonly timerSeconds?: number;
  readonly dateTimeZone?: DateTimeZone;
}

const mandatory = true;

function saidObjects(response: TerminalResponse): ComprehensionTlv[] {
  const { number, commandType, qualifier, result } = response;
  for (const octet of [number, commandType, qualifier, result.general]) {
    if (!Number.isInteger(octet) || octet < 0 || octet > 0xff) {
      throw new UiccError('toolkit-malformed', 'expected command details and a result in an octet each');
    }
  }
  const optional = <T>(tag: number, value: T | undefined, encode: (value: T) => Bytes) =>
    value === undefined ? [] : [object(tag, encode(value))];
  const statuses = response.channelStatus === undefined ? [] : [response.channelStatus];
  return [
    object(tags.commandDetails, join(number, commandType, qualifier), mandatory),
    object(tags.deviceIdentities, join(deviceIdentities.terminal, deviceIdentities.uicc), mandatory),
    object(tags.result, join(result.general, result.additional ?? new Uint8Array(0)), mandatory),
    ...optional(tags.duration, response.duration, encodeDuration),
    ...optional(tags.timerIdentifier, response.timer, (timer) => encodeOctet(timer, 1, 8, 'a timer')),
    ...optional(tags.timerValue, response.timerSeconds, encodeTimerValue),
    ...optional(tags.dateTimeZone, response.dateTimeZone, encodeDateTimeZone),
    ...[...statuses, ...(response.furtherChannels ?? [])].map((status) =>
      object(tags.channelStatus, encodeChannelStatus(status)),
    ),
    ...optional(tags.bearerDescription, response.bearer, (bearer) => bearer),
    ...optional(tags.bufferSize, response.bufferSize, encodeBufferSize),
    ...optional(tags.channelData, response.channelData, (data) => data),
    ...optional(tags.channelDataLength, response.channelDataLength, (length) =>
      encodeOctet(length, 0, 255, 'a length'),
    ),
  ];
}

/** @throws UiccError `toolkit-malformed` for a field out of range */
export function encodeTerminalResponse(response: TerminalResponse): Bytes {
  const received = response.objects ?? [];
  const complete = received.some(({ tag }) => tag === tags.commandDetails);
  const before = complete ? saidObjects(interpret(received)) : [];
  return encodeComprehensionTlvs(mergeObjects(received, before, saidObjects(response)));
}

/** @throws UiccError `toolkit-malformed` or `tlv-malformed` */
export function decodeTerminalResponse(bytes: Uint8Array): TerminalResponse {
  const objects = decodeComprehensionTlvs(bytes);
  return { ...interpret(objects), objects };
}

/** An object that says nothing possible is kept, and no field relies on it. */
function possible<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof UiccError) return undefined;
    throw error;
  }
}

function interpret(objects: readonly ComprehensionTlv[]): TerminalResponse {
  const [general, ...additional] = requiredValue(objects, tags.result);
  if (general === undefined) throw new UiccError('toolkit-malformed', 'expected a general result');
  const value = <K extends string, T>(key: K, tag: number, decode: (value: Bytes) => T): { [key in K]?: T } => {
    const found = objectValue(objects, tag);
    const said = found === undefined ? undefined : possible(() => decode(found));
    return said === undefined ? {} : ({ [key]: said } as { [key in K]: T });
  };
  const [channelStatus, ...further] = objects
    .filter(({ tag }) => tag === tags.channelStatus)
    .flatMap(({ value: status }) => possible(() => decodeChannelStatus(status)) ?? []);
  return {
    ...decodeCommandDetails(objects),
    result: additional.length === 0 ? { general } : { general, additional: Uint8Array.from(additional) },
    ...value('duration', tags.duration, decodeDuration),
    ...(channelStatus === undefined ? {} : { channelStatus }),
    ...(further.length === 0 ? {} : { furtherChannels: further }),
    ...value('channelData', tags.channelData, (data) => data),
    ...value('channelDataLength', tags.channelDataLength, (length) => decodeOctet(length, 0, 255, 'a length')),
    ...value('bearer', tags.bearerDescription, (bearer) => bearer),
    ...value('bufferSize', tags.bufferSize, decodeBufferSize),
    ...value('timer', tags.timerIdentifier, (timer) => decodeOctet(timer, 1, 8, 'a timer')),
    ...value('timerSeconds', tags.timerValue, decodeTimerValue),
    ...value('dateTimeZone', tags.dateTimeZone, decodeDateTimeZone),
  };
}
