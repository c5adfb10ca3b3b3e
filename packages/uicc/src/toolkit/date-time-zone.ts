// Date, time and time zone: TS 102 223 section 8.39. Seven octets of swapped decimal digits; the zone in quarters of an
// hour, its sign in the bit of value 8 of the first digit.

import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { fromSwappedDigits, toSwappedDigits } from './swapped-digits.ts';

export interface DateTimeZone {
  /** A whole second of the years 2000 to 2099, in ms. Without a zone it is the terminal's local time, read as UTC. */
  readonly utcMs: number;
  /** Whole quarters of an hour, to 19:45; absent where the terminal does not know. */
  readonly offsetMinutes?: number;
}

const unknownZone = 0xff;

/** @throws UiccError `toolkit-malformed` for a time or an offset that it cannot say */
export function encodeDateTimeZone({ utcMs, offsetMinutes }: DateTimeZone): Bytes {
  const local = new Date(Math.floor(utcMs / 1000) * 1000 + (offsetMinutes ?? 0) * 60_000);
  const year = local.getUTCFullYear();
  const quarters = Math.abs(offsetMinutes ?? 0) / 15;
  if (!(year >= 2000 && year <= 2099) || !Number.isInteger(quarters) || quarters > 79) {
    throw new UiccError('toolkit-malformed', 'expected a time from 2000 to 2099, and a zone in quarters of an hour');
  }
  const sign = (offsetMinutes ?? 0) < 0 ? 0x08 : 0;
  return Uint8Array.of(
    toSwappedDigits(year - 2000),
    toSwappedDigits(local.getUTCMonth() + 1),
    toSwappedDigits(local.getUTCDate()),
    toSwappedDigits(local.getUTCHours()),
    toSwappedDigits(local.getUTCMinutes()),
    toSwappedDigits(local.getUTCSeconds()),
    offsetMinutes === undefined ? unknownZone : toSwappedDigits(quarters) | sign,
  );
}

/** @throws UiccError `toolkit-malformed` for what is no date of the calendar */
export function decodeDateTimeZone(value: Uint8Array): DateTimeZone {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0] = value;
  const parts = [year, month, day, hour, minute, second].map(fromSwappedDigits);
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = parts;
  const local = Date.UTC(2000 + y, m - 1, d, h, min, s);
  const read = new Date(local);
  if (
    value.length !== 7 ||
    read.getUTCMonth() !== m - 1 ||
    read.getUTCDate() !== d ||
    read.getUTCHours() !== h ||
    read.getUTCMinutes() !== min ||
    read.getUTCSeconds() !== s
  ) {
    throw new UiccError('toolkit-malformed', 'expected a date and a time of seven octets');
  }
  if (zone === unknownZone) return { utcMs: local };
  const quarters = fromSwappedDigits(zone & ~0x08);
  const offsetMinutes = zone & 0x08 ? 0 - quarters * 15 : quarters * 15;
  return { utcMs: local - offsetMinutes * 60_000, offsetMinutes };
}
