// What a card says of itself in the historical bytes of its answer to reset (ISO/IEC 7816-3 section 8.2.4, ISO/IEC 7816-4
// section 12.1.1).

import type { Bytes } from '../card.ts';

const interfaceByteFlags = [0x10, 0x20, 0x40, 0x80] as const;
/** Category 80 (and 00, with a status behind): COMPACT-TLV objects follow. */
const compactTlv = [0x00, 0x80];
const cardCapabilities = 7;
const extendedLengths = 0x40;

/** Commands and responses with extended Lc and Le; false where the card does not say so. */
export function takesExtendedLengths(atr: Bytes): boolean {
  const third = capabilitiesOf(historicalBytesOf(atr))?.[2];
  return third !== undefined && (third & extendedLengths) !== 0;
}

/** Behind TS, T0 and the interface bytes that T0 and each TD announce. */
function historicalBytesOf(atr: Bytes): Bytes {
  const [, format = 0] = atr;
  let at = 2;
  for (let announced = format & 0xf0; announced !== 0; ) {
    const count = interfaceByteFlags.filter((flag) => announced & flag).length;
    at += count;
    announced = announced & 0x80 ? (atr[at - 1] ?? 0) & 0xf0 : 0;
  }
  return atr.slice(at, at + (format & 0x0f));
}

function capabilitiesOf(historical: Bytes): Bytes | undefined {
  if (!compactTlv.includes(historical[0] ?? 0xff)) return undefined;
  for (let at = 1; at < historical.length; ) {
    const head = historical[at] ?? 0;
    const value = historical.slice(at + 1, at + 1 + (head & 0x0f));
    if (head >> 4 === cardCapabilities) return value;
    at += 1 + (head & 0x0f);
  }
  return undefined;
}
