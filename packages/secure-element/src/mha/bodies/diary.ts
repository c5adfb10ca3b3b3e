// The patient's own readings as the card tells them to whoever has given the PIN, and what the patient says to the hospital.

import { type Bytes, decodeReading, encodeReading, type Location, type Timestamp } from '@vitalseal/protocol';
import {
  boolean,
  bytes,
  codec,
  integer,
  list,
  location,
  oneOf,
  optional,
  record,
  text,
  timestamp,
} from '@vitalseal/protocol/fields';
import type { Consent } from '../../consent/consent.ts';
import type { DiaryPart, DiaryReading } from '../../patient/read-diary.ts';

const number = integer('a number', 0, Number.MAX_SAFE_INTEGER);
const time = integer('a time', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const mostAtOnce = 256;
/** With its frame it fits one response, and leaves the last reading room. */
const longest = 0xff00;

type ToldReading = Omit<DiaryReading, 'reading'> & { readonly reading: Bytes };

export const diaryFrom = codec(record<{ from: number }>('a beginning', { from: number }), 16);

const told = codec(
  record<{ next?: number; readings: readonly ToldReading[] }>('a part of the diary', {
    next: optional(number),
    readings: list(
      'readings',
      record<ToldReading>('a reading of the diary', {
        number,
        reading: bytes('a reading', 1, 8192),
        late: boolean,
        place: oneOf('a place', ['phone', 'hospital', 'refused', 'kept'] as const),
        at: optional(time),
        code: optional(text('a code', 64)),
      }),
      0,
      mostAtOnce,
    ),
  }),
  longest,
);

export const diaryPart = {
  /** As much of it as fits one answer. */
  encode({ readings, next }: DiaryPart): Bytes {
    const fitting: ToldReading[] = [];
    let length = 32;
    let more = next;
    for (const entry of readings) {
      const reading = encodeReading(entry.reading);
      length += reading.length + 128;
      if (length > longest && fitting.length > 0) {
        more = entry.number;
        break;
      }
      fitting.push({ ...entry, reading });
    }
    return told.encode({ readings: fitting, ...(more !== undefined && { next: more }) });
  },
  decode(encoded: Bytes): DiaryPart {
    const { readings, next } = told.decode(encoded);
    return { readings: readings.map((entry) => ({ ...entry, reading: decodeReading(entry.reading) })), next };
  },
};

export const consentBody = codec(record<Consent>('what is shared', { readings: boolean, location: boolean }), 8);

/** When the button was pressed. */
export const callBody = codec(record<{ at: Timestamp }>('a call for help', { at: timestamp }), 32);

/** Nothing: the phone does not know it, or does not tell it any more. */
export const toldPlace = codec(record<{ location?: Location }>('a place', { location: optional(location) }), 64);
