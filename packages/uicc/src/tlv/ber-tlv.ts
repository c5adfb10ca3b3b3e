// BER-TLV as ISO 7816-4 section 5.2.2 and GlobalPlatform use it: tags of one to three octets, lengths in their shortest
// form. Strict, so that bytes mean one thing only.

import { join, octets, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { encodeLength, readLength, shortestForm } from './length.ts';

export interface Tlv {
  /** The tag's octets as one number: 0xe2, 0xff40. */
  readonly tag: number;
  readonly value: Bytes;
}

function tagOctets(tag: number): number {
  if (tag < 0x100) return 1;
  return tag < 0x10000 ? 2 : 3;
}

/** @param value octets and bytes that together are the value */
export function encodeTlv(tag: number, ...value: readonly (Uint8Array | number)[]): Bytes {
  const bytes = join(...value);
  return join(octets(tag, tagOctets(tag)), encodeLength(bytes.length), bytes);
}

/** @returns every object, in order @throws UiccError `tlv-malformed` for anything that is not one after the other */
export function decodeTlvs(bytes: Uint8Array): Tlv[] {
  const objects: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = readTag(bytes, at);
    at += tagOctets(tag);
    const { length, lengthOctets } = readLength(bytes, at);
    if (lengthOctets !== shortestForm(length))
      throw new UiccError('tlv-malformed', 'expected the shortest length field');
    at += lengthOctets;
    if (at + length > bytes.length) throw new UiccError('tlv-malformed', 'expected as much value as its length says');
    objects.push({ tag, value: bytes.slice(at, at + length) });
    at += length;
  }
  return objects;
}

/** @returns the one object that the bytes are @throws UiccError `tlv-malformed` for none, or more */
export function decodeTlv(bytes: Uint8Array): Tlv {
  const [object, ...others] = decodeTlvs(bytes);
  if (object === undefined || others.length > 0) throw new UiccError('tlv-malformed', 'expected one data object');
  return object;
}

/** The value of the first object of a tag. */
export function tlvValue(objects: readonly Tlv[], tag: number): Bytes | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}

function readTag(bytes: Uint8Array, at: number): number {
  const [first = 0, second = 0] = bytes.subarray(at, at + 2);
  if (first === 0x00 || first === 0xff) {
    // 'FF' begins tags of GlobalPlatform ('FF40', 'FF21') that have a second octet; alone it is filling
    if (first === 0x00 || at + 1 >= bytes.length) throw new UiccError('tlv-malformed', 'expected a tag');
  }
  if ((first & 0x1f) !== 0x1f) return first;
  const length = second & 0x80 ? 3 : 2;
  const tag = bytes.subarray(at, at + length);
  if (tag.length !== length || (length === 3 && ((tag[2] ?? 0) & 0x80) !== 0)) {
    throw new UiccError('tlv-malformed', 'expected a tag of one to three octets');
  }
  return unsigned(tag);
}
