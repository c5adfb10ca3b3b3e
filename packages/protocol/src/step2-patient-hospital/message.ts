// Step 2, P to H: {PD, LOC_P, T_P, N_P, ID_P, ID_H} under SK_PH, sealed by the secure element when it is sent. N_P is the
// record's counter; PD is the reading with the origin it was given at step 1.

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
}

const where = optional(location);

// Written out like the reading that it carries.
const message: Field<Step2Message> = {
  write(writer, value) {
    writer.array(5);
    identity.write(writer, value.sender);
    identity.write(writer, value.recipient);
    timestamp.write(writer, value.sentAt);
    where.write(writer, value.location);
    reading.write(writer, value.reading);
  },
  read(reader) {
    if (reader.array() !== 5) throw malformed('a step 2 message of 5 fields');
    const sender = identity.read(reader);
    const recipient = identity.read(reader);
    const sentAt = timestamp.read(reader);
    const at = where.read(reader);
    const read = { sender, recipient, sentAt, reading: reading.read(reader) };
    return at === undefined ? read : { ...read, location: at };
  },
};

/** Both throw ProtocolError; at most 8192 bytes. */
export const { encode: encodeStep2Message, decode: decodeStep2Message } = codec(message, 8192);
