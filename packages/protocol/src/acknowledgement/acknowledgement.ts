// The confirmation of the paper's figure 4 (H to P), and its like from the patient's secure element to the sensor. It is
// sealed after the durable commit and never before, so what it names may be forgotten by the sender.

import type { Bytes } from '../bytes.ts';
import { bytes, type Field, integer, list, malformed, oneOf, text } from '../wire/field.ts';
import { channelId, sequence } from '../wire/reading.ts';
import { codec, optional, record } from '../wire/record.ts';
import { type Timestamp, timestamp } from '../wire/time.ts';

export const outcomes = ['stored', 'duplicate', 'refused'] as const;

/** `duplicate` confirms like `stored`: the reading is there. `refused` will not change by sending it again. */
export type Outcome = (typeof outcomes)[number];

export interface AcknowledgedRecord {
  /** N_S or N_P: the record's counter on the channel. */
  readonly sequence: number;
  /** `recordHash` of the sealed record, 16 bytes. */
  readonly recordHash: Bytes;
  readonly outcome: Outcome;
  /** Why, of a refused record: an error code. */
  readonly code?: string;
  /** That it is said of so many records, this one and those after it: 2 to 1024. See `joinResults`. */
  readonly count?: number;
}

export interface Acknowledgement {
  /** The channel of the records, 8 bytes. */
  readonly channel: Bytes;
  readonly at: Timestamp;
  /** 1 to 1024. */
  readonly results: readonly AcknowledgedRecord[];
}

const recordHash = bytes('a record hash', 16, 16);
const outcome = oneOf('an outcome', outcomes);
const code = optional(text('a code', 64));
const count = integer('a number of records', 2, 1024);

// Written out: of one record there are four fields and no null for the number, as there were before results were joined.
const acknowledgedRecord: Field<AcknowledgedRecord> = {
  write(writer, value) {
    writer.array(value.count === undefined ? 4 : 5);
    sequence.write(writer, value.sequence);
    recordHash.write(writer, value.recordHash);
    outcome.write(writer, value.outcome);
    code.write(writer, value.code);
    if (value.count !== undefined) count.write(writer, value.count);
  },
  read(reader) {
    const fields = reader.array();
    if (fields !== 4 && fields !== 5) throw malformed('a result of 4 or 5 fields');
    const one = { sequence: sequence.read(reader), recordHash: recordHash.read(reader), outcome: outcome.read(reader) };
    const why = code.read(reader);
    const result = why === undefined ? one : { ...one, code: why };
    return fields === 4 ? result : { ...result, count: count.read(reader) };
  },
};

/** Both throw ProtocolError; at most 128 KiB. */
export const { encode: encodeAcknowledgement, decode: decodeAcknowledgement } = codec(
  record<Acknowledgement>('an acknowledgement', {
    channel: channelId,
    at: timestamp,
    results: list('results', acknowledgedRecord, 1, 1024),
  }),
  1 << 17,
);
