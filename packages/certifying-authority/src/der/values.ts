// DER values (X.690 sections 8 and 11): what a certificate's fields are made of, each in its one allowed form.
import { type Bytes, bytesToHex } from '@vitalseal/protocol';

import { type DerElement, type DerReader, derTag, malformed } from './reader.ts';

/** Contents octets of a non-negative INTEGER, without the sign octet. */
export function unsignedInteger(element: DerElement, what: string): Bytes {
  const { content } = element;
  const [first, second] = content;
  if (first === undefined) throw malformed(`expected ${what} to have a value`);
  if (first >= 0x80) throw malformed(`expected ${what} not to be negative`);
  if (first === 0 && second !== undefined) {
    if (second < 0x80) throw malformed(`expected the shortest form of ${what}`);
    return content.subarray(1);
  }
  return content;
}

/** A non-negative INTEGER that fits 48 bits (version, path length, CRL number). */
export function smallInteger(element: DerElement, what: string): number {
  const octets = unsignedInteger(element, what);
  if (octets.length > 6) throw malformed(`expected ${what} below 2^48`);
  let value = 0;
  for (const octet of octets) value = value * 256 + octet;
  return value;
}

/** X.690 11.1: TRUE is FF and nothing else. */
export function trueBoolean(element: DerElement, what: string): boolean {
  const [value] = element.content;
  if (element.content.length !== 1 || (value !== 0 && value !== 0xff))
    throw malformed(`expected ${what} to be a boolean`);
  return value === 0xff;
}

/** A field `BOOLEAN DEFAULT FALSE`: DER leaves the default out. */
export function defaultFalse(reader: DerReader, what: string): boolean {
  const element = reader.optional(derTag.boolean, what);
  if (element === undefined) return false;
  if (!trueBoolean(element, what)) throw malformed(`expected the default of ${what} to be left out`);
  return true;
}

/** A BIT STRING that holds whole octets: a key or a signature. */
export function octetBitString(element: DerElement, what: string): Bytes {
  if (element.content[0] !== 0) throw malformed(`expected ${what} in whole octets`);
  return element.content.subarray(1);
}

/** X.690 11.2.2: a named bit list drops its trailing zero bits. Bit 0 is the most significant bit of the first octet. */
export function namedBits(element: DerElement, what: string): ReadonlySet<number> {
  const [unused, ...octets] = element.content;
  const last = octets.at(-1);
  if (unused === undefined || last === undefined || unused > 7 || octets.length > 2)
    throw malformed(`expected ${what} to name bits`);
  if (((last >> unused) & 1) !== 1 || (last & ((1 << unused) - 1)) !== 0)
    throw malformed(`expected the shortest form of ${what}`);
  const bits = new Set<number>();
  octets.forEach((octet, index) => {
    for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) bits.add(index * 8 + bit);
  });
  return bits;
}

/** The contents octets in hexadecimal: object identifiers are only ever compared. */
export function objectIdentifier(element: DerElement): string {
  if (element.content.length === 0 || element.content.length > 32) throw malformed('expected an object identifier');
  return bytesToHex(element.content);
}

/** Characters 0 to 127 (IA5String, PrintableString as far as our fields need it). */
export function asciiText(content: Bytes, what: string): string {
  let text = '';
  for (const octet of content) {
    if (octet < 0x20 || octet > 0x7e) throw malformed(`expected ${what} in printable ASCII`);
    text += String.fromCharCode(octet);
  }
  return text;
}
