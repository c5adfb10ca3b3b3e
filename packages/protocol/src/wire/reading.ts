// One reading: what a sensor measured at one time. It keeps its origin through every hop, and the hospital's store has
// the origin as its unique key: a retry, or sealing again after a new handshake, still stores it once.

import { type Bytes, bytesToHex } from '../bytes.ts';
import { bytes, type Field, integer, list } from './field.ts';
import { type Identity, identity } from './identity.ts';
import { type Location, location } from './location.ts';
import { type Measurement, measurement } from './measurement.ts';
import { codec, optional, record } from './record.ts';
import { type Timestamp, timestamp } from './time.ts';

export interface Origin {
  /** The sensor, or the patient for a value entered by hand. */
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
}

export const measurements = list('measurements', measurement, 1, 64);
export const channelId = bytes('a channel', 8, 8);
export const sequence = integer('a sequence number', 0, Number.MAX_SAFE_INTEGER);

export const origin: Field<Origin> = record<Origin>('an origin', { source: identity, channel: channelId, sequence });

export const reading: Field<Reading> = record<Reading>('a reading', {
  origin,
  measuredAt: timestamp,
  measurements,
  location: optional(location),
});

/** Both throw ProtocolError; at most 4096 bytes. */
export const { encode: encodeReading, decode: decodeReading } = codec(reading, 4096);

/** A text that is equal for equal origins only. */
export function originKey(of: Origin): string {
  return `${of.source.role}:${of.source.id}/${bytesToHex(of.channel)}/${of.sequence}`;
}
