/**
 * A share as a person keeps it: on paper, in a safe, each with somebody else. Crockford's base 32 in groups of four, with
 * a checksum that tells a slip of the pen from a share of something else.
 */
import { createHash } from 'node:crypto';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../../errors.ts';

/** No I, L, O or U to be misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const checksumLength = 4;
/** Of a secret of 32 bytes: the share's own coordinate stands behind it. */
const shareLength = 33;

export function writeShare(share: Bytes): string {
  const bits = [...share, ...checksumOf(share)].map((octet) => octet.toString(2).padStart(8, '0')).join('');
  const padded = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0');
  const characters = padded.replace(/.{5}/g, (five) => alphabet.charAt(Number.parseInt(five, 2)));
  return characters.replace(/.{4}(?=.)/g, '$&-');
}

/** As typed: any case, with or without hyphens and spaces, O for 0, I and L for 1. @throws HospitalError `recovery-refused` */
export function readShare(typed: string): Bytes {
  const text = typed.toUpperCase().replace(/[-\s]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const values = [...text].map((character) => alphabet.indexOf(character));
  const bits = values.map((value) => (value < 0 ? '' : value.toString(2).padStart(5, '0'))).join('');
  const octets = Array.from({ length: Math.floor(bits.length / 8) }, (_, index) =>
    Number.parseInt(bits.slice(8 * index, 8 * index + 8), 2),
  );
  const share = new Uint8Array(octets.slice(0, shareLength));
  const checksum = octets.slice(shareLength);
  const whole = values.every((value) => value >= 0) && octets.length === shareLength + checksumLength;
  if (!whole || !checksumOf(share).every((octet, index) => octet === checksum[index])) {
    throw new HospitalError('recovery-refused', 'expected a share as it was printed: a character is wrong, or missing');
  }
  return share;
}

function checksumOf(share: Uint8Array): Uint8Array {
  return createHash('sha256').update('vitalseal share\0').update(share).digest().subarray(0, checksumLength);
}
