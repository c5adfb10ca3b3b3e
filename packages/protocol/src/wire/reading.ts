// One reading: what a sensor measured at one time. It keeps its origin through every hop, and the hospital's store has
// the origin as its unique key: a retry, or sealing again after a new handshake, still stores it once.

import { type Bytes, bytesToHex } from '../bytes.ts';
import { decodeCbor } from './cbor/decode.ts';
import { encodeCbor } from './cbor/encode.ts';
import { expectArray, expectBytes, expectInteger, expectList, orNull } from './cbor/expect.ts';
import type { CborValue } from './cbor/value.ts';
import { formatIdentity, type Identity, readIdentity } from './identity.ts';
import { type Location, readLocation, writeLocation } from './location.ts';
import { type Measurement, readMeasurement, writeMeasurement } from './measurement.ts';
import { readTimestamp, type Timestamp, writeTimestamp } from './time.ts';

export interface Origin {
  /** The sensor, or the patient for a value entered by hand. */
  readonly source: Identity;
  /** The channel it was first sealed on (8 bytes), or the secure element's own number space. */
  readonly channel: Bytes;
  /** N_S: the counter on that channel. */
  readonly sequence: number;
}

export interface Reading {
  readonly origin: Origin;
  readonly measuredAt: Timestamp;
  readonly measurements: readonly Measurement[];
  readonly location?: Location;
}

export const maxMeasurements = 64;
export const maxReadingBytes = 4096;

/** @throws ProtocolError for a value outside its range */
export function encodeReading(reading: Reading): Bytes {
  return encodeCbor(writeReading(reading));
}

/** @throws ProtocolError */
export function decodeReading(bytes: Bytes): Reading {
  return readReading(decodeCbor(bytes, { maxBytes: maxReadingBytes }));
}

/** A text that is equal for equal origins only. */
export function originKey({ source, channel, sequence }: Origin): string {
  return `${source.role}:${source.id}/${bytesToHex(channel)}/${sequence}`;
}

export function writeReading({ origin, measuredAt, measurements, location }: Reading): CborValue {
  return [
    [formatIdentity(origin.source), expectBytes(origin.channel, 8, 'a channel'), origin.sequence],
    writeTimestamp(measuredAt),
    writeMeasurements(measurements),
    location ? writeLocation(location) : null,
  ];
}

export function readReading(value: CborValue | undefined): Reading {
  const [origin, measuredAt, measurements, location] = expectArray(value, 4, 'a reading');
  const [source, channel, sequence] = expectArray(origin, 3, 'an origin');
  const where = orNull(location, readLocation);
  return {
    origin: {
      source: readIdentity(source),
      channel: expectBytes(channel, 8, 'a channel'),
      sequence: expectInteger(sequence, 0, Number.MAX_SAFE_INTEGER, 'a sequence'),
    },
    measuredAt: readTimestamp(measuredAt),
    measurements: readMeasurements(measurements),
    ...(where && { location: where }),
  };
}

export function writeMeasurements(measurements: readonly Measurement[]): CborValue {
  return expectList(measurements.map(writeMeasurement), maxMeasurements, 'the measurements');
}

export function readMeasurements(value: CborValue | undefined): Measurement[] {
  return expectList(value, maxMeasurements, 'the measurements').map(readMeasurement);
}
