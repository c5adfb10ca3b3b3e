// What a page carries for the card where the card has no way of its own to the hospital: a POST whose body is sealed
// already, and its answer.

import type { Bytes } from '@vitalseal/protocol';
import { bytes, codec, integer, optional, record, text } from '@vitalseal/protocol/fields';

export interface PageRequest {
  /** The answer names it, so that one that comes late is not taken for another's. */
  readonly number: number;
  readonly path: string;
  readonly contentType: string;
  readonly body: Bytes;
}

export interface PageAnswer {
  readonly number: number;
  /** Absent: nobody answered. */
  readonly answer?: {
    readonly status: number;
    readonly body: Bytes;
    /** What the hospital asks to wait; 0 if it does not. */
    readonly retryAfterMs: number;
  };
}

const number = integer('a number', 0, Number.MAX_SAFE_INTEGER);
/** With its frame it fits one command, and one response. */
export const longestPageBody = 0xff00;

export const pageRequest = codec(
  record<PageRequest>('a request', {
    number,
    path: text('a path', 128),
    contentType: text('a content type', 128),
    body: bytes('a body', 0, longestPageBody),
  }),
  0xffff,
);

export const pageAnswer = codec(
  record<PageAnswer>('an answer', {
    number,
    answer: optional(
      record('an answer of the hospital', {
        status: integer('a status', 100, 599),
        body: bytes('a body', 0, longestPageBody),
        retryAfterMs: integer('a time to wait', 0, 600_000),
      }),
    ),
  }),
  0xffff,
);
