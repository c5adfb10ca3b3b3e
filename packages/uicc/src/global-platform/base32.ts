// Crockford's base 32: no I, L, O or U to be misread, and all of its characters are in a QR code's alphanumeric mode.

import type { Bytes } from '../card.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function encodeBase32(bytes: Bytes): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const octet of bytes) {
    held = (held << 8) | octet;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet.charAt((held >> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + alphabet.charAt((held << (5 - bits)) & 31);
}

/** O is read as 0, I and L as 1, in either case. @returns undefined for anything that no bytes encode to */
export function decodeBase32(typed: string): Bytes | undefined {
  const text = typed.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let filled = 0;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[filled++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  return encodeBase32(bytes) === text ? bytes : undefined;
}
