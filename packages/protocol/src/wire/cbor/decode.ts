// Decoding to plain values, for what has no fixed shape (COSE headers, EDHOC); messages are read by their fields.

import type { Bytes } from '../../bytes.ts';
import { CborReader } from './reader.ts';
import type { CborLimits, CborValue } from './value.ts';

/** Exactly one item. @throws ProtocolError with a `cbor-` code, or `message-too-large` */
export function decodeCbor(bytes: Bytes, limits?: CborLimits): CborValue {
  const reader = new CborReader(bytes, limits);
  const value = reader.value();
  reader.end();
  return value;
}

/** A CBOR sequence (RFC 8742) of zero or more items. */
export function decodeCborSequence(bytes: Bytes, limits?: CborLimits): CborValue[] {
  const reader = new CborReader(bytes, limits);
  const values: CborValue[] = [];
  while (!reader.done) values.push(reader.value());
  return values;
}
