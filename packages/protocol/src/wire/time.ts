// The paper's T_x. A time is clinical data (when the value was taken, and what the patient's own clock said), never the
// defence against replay: that is the channel's counter.

import { ProtocolError } from '../errors.ts';
import { type Field, malformed } from './field.ts';

export interface Timestamp {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly utcMs: number;
  /** Local time minus UTC, in minutes, -14 h to +14 h. */
  readonly offsetMinutes: number;
}

const latestUtcMs = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z, the last that ISO 8601 writes in four digits
const largestOffset = 14 * 60;

/** Throws ProtocolError `time-out-of-range`. */
export const timestamp: Field<Timestamp> = {
  write(writer, { utcMs: time, offsetMinutes }) {
    writer.array(2);
    writer.integer(checkUtcMs(time));
    writer.integer(checkOffset(offsetMinutes));
  },
  read(reader) {
    if (reader.array() !== 2) throw malformed('a time in UTC milliseconds and an offset in minutes');
    return { utcMs: checkUtcMs(reader.integer()), offsetMinutes: checkOffset(reader.integer()) };
  },
};

/** A bare UTC time, where no local clock matters. Throws ProtocolError `time-out-of-range`. */
export const utcMs: Field<number> = {
  write: (writer, time) => writer.integer(checkUtcMs(time)),
  read: (reader) => checkUtcMs(reader.integer()),
};

function checkUtcMs(time: number): number {
  if (!Number.isInteger(time) || time < 0 || time > latestUtcMs) {
    throw new ProtocolError('time-out-of-range', 'expected whole UTC milliseconds from 1970 to 9999');
  }
  return time;
}

function checkOffset(minutes: number): number {
  if (!Number.isInteger(minutes) || Math.abs(minutes) > largestOffset) {
    throw new ProtocolError('time-out-of-range', 'expected an offset of whole minutes within 14 hours');
  }
  return minutes;
}
