// Step 1, S to P: {PD, T_S, N_S, ID_P, ID_S, LOC_P} under SK_PS. N_S is the record's counter and not repeated inside.

import type { Bytes } from '../bytes.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { type Location, location } from '../wire/location.ts';
import type { Measurement } from '../wire/measurement.ts';
import { measurements, type Reading } from '../wire/reading.ts';
import { codec, optional, record } from '../wire/record.ts';
import { type Timestamp, timestamp } from '../wire/time.ts';

export interface Step1Message {
  /** ID_S */
  readonly sender: Identity;
  /** ID_P */
  readonly recipient: Identity;
  /** T_S, by the sensor's clock. */
  readonly sentAt: Timestamp;
  /** LOC_P, of a sensor that knows it. */
  readonly location?: Location;
  readonly measuredAt: Timestamp;
  /** PD, 1 to 64 of them. */
  readonly measurements: readonly Measurement[];
}

/** Both throw ProtocolError; at most 4096 bytes. */
export const { encode: encodeStep1Message, decode: decodeStep1Message } = codec(
  record<Step1Message>('a step 1 message', {
    sender: identity,
    recipient: identity,
    sentAt: timestamp,
    location: optional(location),
    measuredAt: timestamp,
    measurements,
  }),
  4096,
);

/** The reading that goes on to the hospital, named by the record it came in: (ID_S, channel, N_S). */
export function readingOf(message: Step1Message, channel: Bytes, sequence: number): Reading {
  const { sender, measuredAt, measurements, location } = message;
  return {
    origin: { source: sender, channel, sequence },
    measuredAt,
    measurements,
    ...(location && { location }),
  };
}
