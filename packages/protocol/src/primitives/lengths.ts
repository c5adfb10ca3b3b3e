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

/** RFC 3394 wraps two blocks of 8 bytes or more. @throws ProtocolError `key-malformed` */
export function requireWrappable(contentKey: Bytes): void {
  if (contentKey.length < 16 || contentKey.length % 8 !== 0) {
    throw new ProtocolError('key-malformed', 'expected a content key of 16 bytes or more, in blocks of 8');
  }
}

/** What wrapping never makes; OpenSSL unwraps nothing to nothing. @throws ProtocolError `authentication-failed` */
export function requireWrapped(wrapped: Bytes): void {
  if (wrapped.length < 24 || wrapped.length % 8 !== 0) {
    throw new ProtocolError('authentication-failed', 'expected a wrapped key of 24 bytes or more, in blocks of 8');
  }
}
