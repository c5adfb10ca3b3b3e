// COMPREHENSION-TLV (TS 101 220 section 7.1.1): the tag's highest bit says whether the receiver must understand the
// object. A tag has one octet, or three that begin with '7F'. How a sender wrote a header is kept, so that what was read
// is written again byte for byte.

import { join, octets, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { encodeLength, readLength } from './length.ts';

export interface ComprehensionTlv {
  /** Without the comprehension bit: 0x01..0x7e in one octet, up to 0x7fff in three. */
  readonly tag: number;
  readonly comprehensionRequired: boolean;
  readonly value: Bytes;
  /** The tag in three octets though one would do. */
  readonly longTag?: true;
  /** Octets of a length field that is longer than it need be. */
  readonly lengthOctets?: number;
}

const longTagFollows = 0x7f;

/** @throws UiccError `tlv-malformed` for a tag that none can be */
export function encodeComprehensionTlv(object: ComprehensionTlv): Bytes {
  const { tag, comprehensionRequired, value } = object;
  if (!Number.isInteger(tag) || tag < 1 || tag > 0x7fff) {
    throw new UiccError('tlv-malformed', 'expected a comprehension tag from 1 to 7fff');
  }
  const header =
    object.longTag === true || tag >= longTagFollows
      ? [longTagFollows, octets(comprehensionRequired ? tag | 0x8000 : tag, 2)]
      : [comprehensionRequired ? tag | 0x80 : tag];
  return join(...header, encodeLength(value.length, object.lengthOctets), value);
}

export function encodeComprehensionTlvs(objects: readonly ComprehensionTlv[]): Bytes {
  return join(...objects.map(encodeComprehensionTlv));
}

/** @returns every object, in order @throws UiccError `tlv-malformed` for anything that is not one after the other */
export function decodeComprehensionTlvs(bytes: Uint8Array): ComprehensionTlv[] {
  const objects: ComprehensionTlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = readTag(bytes, at);
    at += tag.tagOctets;
    const { length, lengthOctets } = readLength(bytes, at);
    at += lengthOctets;
    if (at + length > bytes.length) throw new UiccError('tlv-malformed', 'expected as much value as its length says');
    objects.push({
      tag: tag.tag,
      comprehensionRequired: tag.comprehensionRequired,
      value: bytes.slice(at, at + length),
      ...(tag.tagOctets === 3 && tag.tag < longTagFollows ? { longTag: true } : {}),
      ...(lengthOctets > encodeLength(length).length ? { lengthOctets } : {}),
    });
    at += length;
  }
  return objects;
}

function readTag(bytes: Uint8Array, at: number) {
  const [first = 0] = bytes.subarray(at, at + 1);
  if (first === longTagFollows) {
    const rest = bytes.subarray(at + 1, at + 3);
    const tag = unsigned(rest) & 0x7fff;
    if (rest.length !== 2 || tag === 0) throw new UiccError('tlv-malformed', 'expected a comprehension tag');
    return { tag, comprehensionRequired: ((rest[0] ?? 0) & 0x80) !== 0, tagOctets: 3 };
  }
  if (first === 0x00 || first === 0x80 || first === 0xff) {
    throw new UiccError('tlv-malformed', 'expected a comprehension tag');
  }
  return { tag: first & 0x7f, comprehensionRequired: (first & 0x80) !== 0, tagOctets: 1 };
}
