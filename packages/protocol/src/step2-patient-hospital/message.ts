// Step 2, P to H: {PD, LOC_P, T_P, N_P, ID_P, ID_H} under SK_PH, sealed by the secure element when it is sent. N_P is the
// record's counter; PD is the reading with the origin it was given at step 1.

import { clockDriftMs } from '../wire/clock-drift.ts';
import { type Field, malformed } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { type Location, location } from '../wire/location.ts';
import { type Reading, reading } from '../wire/reading.ts';
import { codec, optional } from '../wire/record.ts';
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
  /** By how much T_P was ahead of the hospital's clock at the last acknowledgement, where there was one. */
  readonly clockDriftMs?: number;
}

const where = optional(location);

// Written out like the reading that it carries. Without a known drift there are five fields and no null for it: so were
// all messages that hospitals hold from before the card checked the phone's clock, and they are still read.
const message: Field<Step2Message> = {
  write(writer, value) {
    writer.array(value.clockDriftMs === undefined ? 5 : 6);
    identity.write(writer, value.sender);
    identity.write(writer, value.recipient);
    timestamp.write(writer, value.sentAt);
    where.write(writer, value.location);
    reading.write(writer, value.reading);
    if (value.clockDriftMs !== undefined) clockDriftMs.write(writer, value.clockDriftMs);
  },
  read(reader) {
    const fields = reader.array();
    if (fields !== 5 && fields !== 6) throw malformed('a step 2 message of 5 or 6 fields');
    const sender = identity.read(reader);
    const recipient = identity.read(reader);
    const sentAt = timestamp.read(reader);
    const location = where.read(reader);
    return {
      sender,
      recipient,
      sentAt,
      ...(location && { location }),
      reading: reading.read(reader),
      ...(fields === 6 && { clockDriftMs: clockDriftMs.read(reader) }),
    };
  },
};

/** Both throw ProtocolError; at most 8192 bytes. */
export const { encode: encodeStep2Message, decode: decodeStep2Message } = codec(message, 8192);
