// Time in certificates and revocation lists (RFC 5280 section 4.1.2.5): UTCTime to 2049, GeneralizedTime from 2050,
// always to the second and in UTC.
import type { Bytes } from '@vitalseal/protocol';
import { type DerElement, type DerReader, derTag, malformed } from './reader.ts';
import { asciiText } from './values.ts';
import { derElement } from './writer.ts';

const utcTimePattern = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const generalizedTimePattern = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/** UTC milliseconds. */
export function readTime(reader: DerReader, what: string): number {
  const element = reader.any(what);
  if (element.tag === derTag.utcTime) return fields(element, utcTimePattern, what);
  if (element.tag !== derTag.generalizedTime) throw malformed(`expected ${what} to be a time`);
  const time = fields(element, generalizedTimePattern, what);
  if (new Date(time).getUTCFullYear() < 2050) throw malformed(`expected ${what} before 2050 as UTCTime`);
  return time;
}

function fields(element: DerElement, pattern: RegExp, what: string): number {
  const text = asciiText(element.content, what);
  const parts = pattern.exec(text)?.slice(1).map(Number);
  const [written, month, day, hour, minute, second] = parts ?? [];
  if (written === undefined || month === undefined || second === undefined)
    throw malformed(`expected ${what} to the second, in UTC`);
  const year = pattern === generalizedTimePattern ? written : written < 50 ? 2000 + written : 1900 + written;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour ?? 0, minute, second);
  // A date that does not exist (30 February, 24:60) rolls over; written back it no longer says the same.
  if (timeText(date.getTime()).slice(-11) !== text.slice(-11))
    throw malformed(`expected ${what} to be a date that exists`);
  return date.getTime();
}

export function encodeTime(utcMs: number): Bytes {
  const year = new Date(utcMs).getUTCFullYear();
  const text = timeText(utcMs);
  const utc = year >= 1950 && year < 2050;
  return derElement(
    utc ? derTag.utcTime : derTag.generalizedTime,
    new TextEncoder().encode(utc ? text.slice(2) : text),
  );
}

/** YYYYMMDDHHMMSSZ */
function timeText(utcMs: number): string {
  return `${new Date(utcMs).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}
