// The length field of both: one octet to 127, then '81', '82' or '83' and that many octets.

import { join, octets, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

export interface Length {
  readonly length: number;
  /** Octets of the length field: 1, or more where the sender chose a longer form. */
  readonly lengthOctets: number;
}

export function shortestForm(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x100) return 2;
  return length < 0x10000 ? 3 : 4;
}

/** @throws UiccError `tlv-malformed` for a length that the form cannot say */
export function encodeLength(length: number, lengthOctets = shortestForm(length)): Bytes {
  if (length > 0xffffff || lengthOctets > 4 || lengthOctets < shortestForm(length)) {
    throw new UiccError(
      'tlv-malformed',
      'expected a value of at most 16777215 octets, and a length field that says so',
    );
  }
  return lengthOctets === 1 ? octets(length, 1) : join(0x7f + lengthOctets, octets(length, lengthOctets - 1));
}

/** @throws UiccError `tlv-malformed` */
export function readLength(bytes: Uint8Array, at: number): Length {
  const [first] = bytes.subarray(at, at + 1);
  if (first === undefined) throw new UiccError('tlv-malformed', 'expected a length after the tag');
  if (first < 0x80) return { length: first, lengthOctets: 1 };
  const field = bytes.subarray(at + 1, at + 1 + (first & 0x7f));
  if (first < 0x81 || first > 0x83 || field.length !== first - 0x80) {
    throw new UiccError('tlv-malformed', 'expected a length field of one to four octets');
  }
  return { length: unsigned(field), lengthOctets: 1 + field.length };
}
