// Step 2, P to H: {PD, LOC_P, T_P, N_P, ID_P, ID_H} under SK_PH, sealed by the secure element when it is sent. N_P is the
// record's counter; PD is the reading with the origin it was given at step 1.

import { type Identity, identity } from '../wire/identity.ts';
import { type Location, location } from '../wire/location.ts';
import { type Reading, reading } from '../wire/reading.ts';
import { codec, optional, record } from '../wire/record.ts';
import { type Timestamp, timestamp } from '../wire/time.ts';

export interface Step2Message {
  /** ID_P */
  readonly sender: Identity;
  /** ID_H */
  readonly recipient: Identity;
  /** T_P, by the secure element's clock. */
  readonly sentAt: Timestamp;
  /** LOC_P when it was sent. */
  readonly location?: Location;
  /** PD */
  readonly reading: Reading;
}

/** Both throw ProtocolError; at most 8192 bytes. */
export const { encode: encodeStep2Message, decode: decodeStep2Message } = codec(
  record<Step2Message>('a step 2 message', {
    sender: identity,
    recipient: identity,
    sentAt: timestamp,
    location: optional(location),
    reading,
  }),
  8192,
);
