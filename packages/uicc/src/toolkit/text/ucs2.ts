// UCS2: two octets a character, the higher first.

import type { Bytes } from '../../card.ts';
import { UiccError } from '../../errors.ts';

const filling = 0xffff;

/** @throws UiccError `toolkit-malformed` for half a character */
export function decodeUcs2(octets: Uint8Array): string {
  if (octets.length % 2 !== 0) throw new UiccError('toolkit-malformed', 'expected two octets a character');
  const units = Array.from({ length: octets.length / 2 }, (_, at) => {
    return ((octets[at * 2] ?? 0) << 8) | (octets[at * 2 + 1] ?? 0);
  });
  return String.fromCharCode(...units.filter((unit) => unit !== filling));
}

export function encodeUcs2(text: string): Bytes {
  return Uint8Array.from({ length: text.length * 2 }, (_, at) => {
    const unit = text.charCodeAt(at >> 1);
    return at % 2 === 0 ? unit >> 8 : unit & 0xff;
  });
}
