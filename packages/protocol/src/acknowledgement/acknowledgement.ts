// The confirmation of the paper's figure 4 (H to P), and its like from the patient's secure element to the sensor. It is
// sealed after the durable commit and never before, so what it names may be forgotten by the sender.

import type { Bytes } from '../bytes.ts';
import { bytes, list, oneOf, text } from '../wire/field.ts';
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
}

export interface Acknowledgement {
  /** The channel of the records, 8 bytes. */
  readonly channel: Bytes;
  readonly at: Timestamp;
  /** 1 to 1024. */
  readonly results: readonly AcknowledgedRecord[];
}

const acknowledgedRecord = record<AcknowledgedRecord>('a result', {
  sequence,
  recordHash: bytes('a record hash', 16, 16),
  outcome: oneOf('an outcome', outcomes),
  code: optional(text('a code', 64)),
});

/** Both throw ProtocolError; at most 128 KiB. */
export const { encode: encodeAcknowledgement, decode: decodeAcknowledgement } = codec(
  record<Acknowledgement>('an acknowledgement', {
    channel: channelId,
    at: timestamp,
    results: list('results', acknowledgedRecord, 1, 1024),
  }),
  1 << 17,
);
