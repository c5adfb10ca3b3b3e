// A text string (TS 102 223 section 8.15): a data coding scheme of TS 23.038, and the text in it.

import { join } from '../../bytes.ts';
import type { Bytes } from '../../card.ts';
import { decodeDefaultAlphabet, encodeDefaultAlphabet, unpackSeptets } from './gsm-default-alphabet.ts';
import { decodeUcs2, encodeUcs2 } from './ucs2.ts';

const alphabets = { packed: 0, octets: 1, ucs2: 2 } as const;

/** Which alphabet a data coding scheme names, of general or of message class coding. */
function alphabetOf(scheme: number): number {
  return (scheme & 0xf0) === 0xf0 ? (scheme >> 2) & 0x01 : (scheme >> 2) & 0x03;
}

/** @throws UiccError `toolkit-malformed` for half a character of UCS2 */
export function decodeTextString(value: Uint8Array): string {
  const [scheme] = value;
  if (scheme === undefined) return '';
  const text = value.subarray(1);
  switch (alphabetOf(scheme)) {
    case alphabets.packed:
      return decodeDefaultAlphabet(unpackSeptets(text));
    case alphabets.ucs2:
      return decodeUcs2(text);
    default:
      return decodeDefaultAlphabet(text);
  }
}

/** One octet a character where the default alphabet has them all, otherwise UCS2. */
export function encodeTextString(text: string): Bytes {
  const septets = encodeDefaultAlphabet(text);
  return septets === undefined ? join(0x08, encodeUcs2(text)) : join(0x04, Uint8Array.from(septets));
}
