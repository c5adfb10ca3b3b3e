// Two decimal digits in one octet, the lower digit first (semi-octets of TS 23.040).

import { UiccError } from '../errors.ts';

export function toSwappedDigits(value: number): number {
  return (value % 10) * 16 + Math.floor(value / 10);
}

/** @throws UiccError `toolkit-malformed` for a digit over nine */
export function fromSwappedDigits(octet: number): number {
  const tens = octet & 0x0f;
  const ones = octet >> 4;
  if (tens > 9 || ones > 9) throw new UiccError('toolkit-malformed', 'expected two decimal digits');
  return tens * 10 + ones;
}
