// Base64 (RFC 4648, section 4), in Node and in browsers: the form of hashes and signatures in notes and entries.
import type { Bytes } from '@vitalseal/protocol';

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Undefined unless it is the one encoding of those bytes. */
export function fromBase64(text: string): Bytes | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  // Bits beyond the last byte that are not zero would be a second form of the same bytes.
  return toBase64(bytes) === text ? bytes : undefined;
}
