// Encoding plain values, for what has no fixed shape (COSE headers, EDHOC); messages are written by their fields.

import type { Bytes } from '../../bytes.ts';
import type { CborValue } from './value.ts';
import { writtenCbor } from './writer.ts';

/** @throws ProtocolError `cbor-unsupported` for a number that is no safe integer, `cbor-bad-utf8` for a lone surrogate */
export function encodeCbor(value: CborValue): Bytes {
  return writtenCbor((writer) => writer.value(value));
}
