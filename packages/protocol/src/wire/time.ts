// The paper's T_x. A time is clinical data (when the value was taken, and what the patient's own clock said), never the
// defence against replay: that is the channel's counter.

import { ProtocolError } from '../errors.ts';
import type { Field } from './field.ts';

export interface Timestamp {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly utcMs: number;
  /** Local time minus UTC, in minutes, -14 h to +14 h. */
  readonly offsetMinutes: number;
}

const latestUtcMs = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z, the last that ISO 8601 writes in four digits
const largestOffset = 14 * 60;

/** @throws ProtocolError `time-out-of-range` */
export const timestamp: Field<Timestamp> = {
  write(time) {
    checkTimestamp(time);
    return [time.utcMs, time.offsetMinutes];
  },
  read(wire) {
    if (Array.isArray(wire) && wire.length === 2) {
      const [utcMs, offsetMinutes] = wire;
      if (typeof utcMs === 'number' && typeof offsetMinutes === 'number') {
        const time = { utcMs, offsetMinutes };
        checkTimestamp(time);
        return time;
      }
    }
    throw new ProtocolError('time-out-of-range', 'expected a time in UTC milliseconds and an offset in minutes');
  },
};

/** A bare UTC time, where no local clock matters. @throws ProtocolError `time-out-of-range` */
export const utcMs: Field<number> = {
  write(time) {
    checkUtcMs(time);
    return time;
  },
  read(wire) {
    if (typeof wire !== 'number') throw new ProtocolError('time-out-of-range', 'expected a time in UTC milliseconds');
    checkUtcMs(wire);
    return wire;
  },
};

function checkUtcMs(time: number): void {
  if (!Number.isInteger(time) || time < 0 || time > latestUtcMs) {
    throw new ProtocolError('time-out-of-range', 'expected whole UTC milliseconds from 1970 to 9999');
  }
}

function checkTimestamp({ utcMs: time, offsetMinutes }: Timestamp): void {
  checkUtcMs(time);
  if (!Number.isInteger(offsetMinutes) || Math.abs(offsetMinutes) > largestOffset) {
    throw new ProtocolError('time-out-of-range', 'expected an offset of whole minutes within 14 hours');
  }
}
