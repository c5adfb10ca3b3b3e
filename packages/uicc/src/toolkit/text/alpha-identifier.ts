// An alpha identifier (TS 102 223 section 8.2): the default alphabet with one character an octet, or UCS2 in one of the
// three codings of TS 102 221 annex A.

import { join } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { UiccError } from '../../errors.ts';
import { decodeDefaultAlphabet, encodeDefaultAlphabet } from './gsm-default-alphabet.ts';
import { decodeUcs2, encodeUcs2 } from './ucs2.ts';

const ucs2 = 0x80;
const ucs2Page = 0x81;
const ucs2Base = 0x82;
const filling = 0xff;

/** @throws UiccError `toolkit-malformed` for a coding of UCS2 that is cut */
export function decodeAlphaIdentifier(value: Uint8Array): string {
  const [coding] = value;
  if (coding === ucs2) return decodeUcs2(value.subarray(1));
  if (coding === ucs2Page || coding === ucs2Base) return decodeCompressed(value, coding);
  const end = value.indexOf(filling);
  return decodeDefaultAlphabet(end < 0 ? value : value.subarray(0, end));
}

/** A character is one of the default alphabet, or, with its highest bit set, so far from the base. */
function decodeCompressed(value: Uint8Array, coding: number): string {
  const [, length = 0, high = 0, low = 0] = value;
  const header = coding === ucs2Page ? 3 : 4;
  const base = coding === ucs2Page ? high << 7 : (high << 8) | low;
  const characters = value.subarray(header, header + length);
  if (value.length < header || characters.length !== length) {
    throw new UiccError('toolkit-malformed', 'expected as many characters as the alpha identifier says');
  }
  return Array.from(characters, (one) =>
    one & 0x80 ? String.fromCharCode((base + (one & 0x7f)) & 0xffff) : decodeDefaultAlphabet(Uint8Array.of(one)),
  ).join('');
}

/** In the default alphabet where it can be, otherwise in UCS2. */
export function encodeAlphaIdentifier(text: string): Bytes {
  const septets = encodeDefaultAlphabet(text);
  return septets === undefined ? join(ucs2, encodeUcs2(text)) : Uint8Array.from(septets);
}
