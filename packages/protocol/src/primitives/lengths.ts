// The fixed sizes of the algorithms behind the seam, checked alike on both sides of it.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';

export const gcmNonceLength = 12;
export const gcmTagLength = 16;
export const aesCcmNonceLength = 13;
/** A coordinate or a scalar of P-256. */
export const p256Length = 32;

/** @throws ProtocolError `key-malformed` */
export function requireLength(bytes: Bytes, length: number, what: string): void {
  if (bytes.length !== length) throw new ProtocolError('key-malformed', `expected ${what} of ${length} bytes`);
}
