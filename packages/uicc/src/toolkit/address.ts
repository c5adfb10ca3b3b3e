// A dialling number: TS 102 223 section 8.1. Type of number and numbering plan, and digits with the lower half first.

import { join } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

export interface Address {
  /** Bits 7 to 5 of the first octet: 1 is international. */
  readonly typeOfNumber: number;
  /** Bits 4 to 1: 1 is telephony (E.164). */
  readonly numberingPlan: number;
  /** Digits, `*`, `#`, and `,` for a pause, `?` for a wild value (as TS 31.102 table 4.4 has them). */
  readonly digits: string;
}

const symbols = '0123456789*#,?';
const noDigit = 0x0f;

/** @throws UiccError `toolkit-malformed` for none, or digits after the last one */
export function decodeAddress(value: Uint8Array): Address {
  const [first] = value;
  if (first === undefined) throw new UiccError('toolkit-malformed', 'expected an address');
  const halves = Array.from(value.subarray(1)).flatMap((octet) => [octet & 0x0f, octet >> 4]);
  const digits = halves.at(-1) === noDigit ? halves.slice(0, -1) : halves;
  if (digits.some((digit) => digit > 13)) throw new UiccError('toolkit-malformed', 'expected digits of an address');
  return {
    typeOfNumber: (first >> 4) & 0x07,
    numberingPlan: first & 0x0f,
    digits: digits.map((digit) => symbols[digit]).join(''),
  };
}

/** @throws UiccError `toolkit-malformed` for another symbol */
export function encodeAddress({ typeOfNumber, numberingPlan, digits }: Address): Bytes {
  const halves = Array.from(digits, (digit) => symbols.indexOf(digit));
  if (halves.includes(-1) || typeOfNumber > 7 || numberingPlan > 15) {
    throw new UiccError('toolkit-malformed', 'expected digits of an address');
  }
  if (halves.length % 2 === 1) halves.push(noDigit);
  const octets = Array.from({ length: halves.length / 2 }, (_, at) => {
    return ((halves[at * 2 + 1] ?? 0) << 4) | (halves[at * 2] ?? 0);
  });
  return join(0x80 | (typeOfNumber << 4) | numberingPlan, ...octets);
}
