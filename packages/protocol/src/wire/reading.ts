// One reading: what a sensor measured at one time. It keeps its origin through every hop, and the hospital's store has
// the origin as its unique key: a retry, or sealing again after a new handshake, still stores it once.

import { type Bytes, bytesToHex } from '../bytes.ts';
import { bytes, type Field, integer, list, malformed } from './field.ts';
import { type Identity, identity } from './identity.ts';
import { type Location, location } from './location.ts';
import { type Measurement, measurement } from './measurement.ts';
import { type UnsealedSensor, unsealedSensor } from './reading-source.ts';
import { codec, optional } from './record.ts';
import { type Timestamp, timestamp } from './time.ts';

export interface Origin {
  /** The sensor, or the patient for a value that no sensor sealed. */
  readonly source: Identity;
  /** The channel it was first sealed on, or the secure element's own number space: 8 bytes. */
  readonly channel: Bytes;
  /** N_S: the counter on that channel. */
  readonly sequence: number;
}

export interface Reading {
  readonly origin: Origin;
  readonly measuredAt: Timestamp;
  /** 1 to 64. */
  readonly measurements: readonly Measurement[];
  readonly location?: Location;
  /** Set where a sensor measured it that does not seal: the reading was open until it reached the patient's element. */
  readonly unsealed?: UnsealedSensor;
}

export const measurements = list('measurements', measurement, 1, 64);
export const channelId = bytes('a channel', 8, 8);
export const sequence = integer('a sequence number', 0, Number.MAX_SAFE_INTEGER);

// Written out rather than put together by `record`: an object made at once, not member by member, is what lets the
// hospital open a record in less than twice the time of its AES.

export const origin: Field<Origin> = {
  write(writer, value) {
    writer.array(3);
    identity.write(writer, value.source);
    channelId.write(writer, value.channel);
    sequence.write(writer, value.sequence);
  },
  read(reader) {
    if (reader.array() !== 3) throw malformed('an origin of 3 fields');
    return { source: identity.read(reader), channel: channelId.read(reader), sequence: sequence.read(reader) };
  },
};

const where = optional(location);

// Without a mark there are four fields and no null for it: so were all readings before there were standard sensors.
export const reading: Field<Reading> = {
  write(writer, value) {
    writer.array(value.unsealed === undefined ? 4 : 5);
    origin.write(writer, value.origin);
    timestamp.write(writer, value.measuredAt);
    measurements.write(writer, value.measurements);
    where.write(writer, value.location);
    if (value.unsealed !== undefined) unsealedSensor.write(writer, onlyOfPatient(value.origin, value.unsealed));
  },
  read(reader) {
    const fields = reader.array();
    if (fields !== 4 && fields !== 5) throw malformed('a reading of 4 or 5 fields');
    const read = {
      origin: origin.read(reader),
      measuredAt: timestamp.read(reader),
      measurements: measurements.read(reader),
    };
    const placed = reader.null() ? read : { ...read, location: location.read(reader) };
    if (fields === 4) return placed;
    return { ...placed, unsealed: onlyOfPatient(read.origin, unsealedSensor.read(reader)) };
  },
};

// A sensor with an identity of its own sealed its reading: with this mark it would be one thing to one reader and another
// to the next.
function onlyOfPatient({ source }: Origin, mark: UnsealedSensor): UnsealedSensor {
  if (source.role !== 'patient') throw malformed('a mark of an unsealed sensor on a reading of the patient alone');
  return mark;
}

/** Both throw ProtocolError; at most 4096 bytes. */
export const { encode: encodeReading, decode: decodeReading } = codec(reading, 4096);

/** A text that is equal for equal origins only. */
export function originKey(of: Origin): string {
  return `${of.source.role}:${of.source.id}/${bytesToHex(of.channel)}/${of.sequence}`;
}
