// Base64 (RFC 4648 section 4): EST bodies, PEM and stored records.
import type { Bytes } from '@vitalseal/protocol';
import { malformed } from '../der/reader.ts';

const alphabet = /^[A-Za-z0-9+/]*={0,2}$/;

export function encodeBase64(bytes: Bytes): string {
  let text = '';
  for (const octet of bytes) text += String.fromCharCode(octet);
  return btoa(text);
}

/** Lines of 64 characters, as PEM and MIME want them. */
export function encodeBase64Lines(bytes: Bytes): string {
  return `${encodeBase64(bytes).replace(/.{64}(?=.)/g, '$&\n')}\n`;
}

/** Line breaks are allowed (RFC 7030 section 3.2.4 says MIME base64), anything else outside the alphabet is not. */
export function decodeBase64(text: string): Bytes {
  const joined = text.replace(/[\r\n]/g, '');
  if (joined.length % 4 !== 0 || !alphabet.test(joined)) throw malformed('expected base64');
  const bytes = Uint8Array.from(atob(joined), (character) => character.charCodeAt(0));
  // Refuses set bits behind the end: one value, one text.
  if (encodeBase64(bytes) !== joined) throw malformed('expected base64 in its canonical form');
  return bytes;
}
