// Date Time (0x2A08) of the GATT Specification Supplement: a sensor's own clock, without a time zone, which may be unset
// or wrong. It is kept as it stands; only `instantOf` says what can be made of it.

import type { Bytes } from '@vitalseal/protocol';
import { malformed, OctetReader, OctetWriter } from './octets.ts';

export interface DateTime {
  /** 0: not known, as for month and day. The specification begins with 1582; sensors with an unset clock do not. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** @throws BleError `gatt-malformed` for what no calendar or clock can show */
export function readDateTime(reader: OctetReader): DateTime {
  const time = {
    year: reader.uint16('a year'),
    month: reader.uint8('a month'),
    day: reader.uint8('a day'),
    hour: reader.uint8('an hour'),
    minute: reader.uint8('a minute'),
    second: reader.uint8('a second'),
  };
  const fits =
    time.year <= 9999 &&
    time.month <= 12 &&
    time.day <= 31 &&
    time.hour <= 23 &&
    time.minute <= 59 &&
    time.second <= 59;
  if (!fits) throw malformed('a date and time of a calendar');
  return time;
}

export function writeDateTime(writer: OctetWriter, time: DateTime): void {
  writer.uint16(time.year).uint8(time.month).uint8(time.day);
  writer.uint8(time.hour).uint8(time.minute).uint8(time.second);
}

/** The value of 0x2A08 itself, 7 octets. @throws BleError `gatt-malformed` */
export function decodeDateTime(value: Bytes): DateTime {
  const reader = new OctetReader(value);
  const time = readDateTime(reader);
  reader.end('a date and time');
  return time;
}

export function encodeDateTime(time: DateTime): Bytes {
  const writer = new OctetWriter();
  writeDateTime(writer, time);
  return writer.octets();
}

/**
 * @param offsetMinutes local time minus UTC where the sensor is
 * @returns UTC in ms; nothing for a date that is not known or does not exist (31 February)
 */
export function instantOf(
  { year, month, day, hour, minute, second }: DateTime,
  offsetMinutes: number,
): number | undefined {
  if (year < 1582 || month === 0 || day === 0) return undefined;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(at).getUTCDate() === day ? at - offsetMinutes * 60_000 : undefined;
}

/** What the clock of a sensor there shows. */
export function dateTimeOf(utcMs: number, offsetMinutes: number): DateTime {
  const local = new Date(utcMs + offsetMinutes * 60_000);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  };
}
