// DER (X.690): the writer. Small because our profile is: it writes what the reader beside it accepts, and the tests
// hand the results to OpenSSL.
import { type Bytes, concatBytes } from '@vitalseal/protocol';

import { derTag } from './reader.ts';

export function derElement(tag: number, ...contents: readonly Bytes[]): Bytes {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return concatBytes(Uint8Array.from([tag, ...lengthOctets(length)]), ...contents);
}

export function derSequence(...elements: readonly Bytes[]): Bytes {
  return derElement(derTag.sequence, ...elements);
}

/** X.690 11.6: the elements of a SET OF stand in ascending order. */
export function derSetOf(...elements: readonly Bytes[]): Bytes {
  return derElement(derTag.set, ...elements.toSorted(compareBytes));
}

/** A non-negative INTEGER from its big-endian octets. */
export function derUnsigned(octets: Bytes): Bytes {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start++;
  const shortest = octets.subarray(start);
  const sign = (shortest[0] ?? 0) >= 0x80 || shortest.length === 0 ? Uint8Array.of(0) : Uint8Array.of();
  return derElement(derTag.integer, sign, shortest);
}

export function derInteger(value: number): Bytes {
  const octets: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return derUnsigned(Uint8Array.from(octets));
}

export function derTrue(): Bytes {
  return derElement(derTag.boolean, Uint8Array.of(0xff));
}

export function derNamedBits(bits: readonly number[]): Bytes {
  const highest = Math.max(...bits);
  const octets = new Uint8Array((highest >> 3) + 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return derElement(derTag.bitString, Uint8Array.of(7 - (highest & 7)), octets);
}

export function derBitString(octets: Bytes): Bytes {
  return derElement(derTag.bitString, Uint8Array.of(0), octets);
}

export function derOctetString(octets: Bytes): Bytes {
  return derElement(derTag.octetString, octets);
}

export function derObjectIdentifier(dotted: string): Bytes {
  // An arc may be a UUID, and so longer than a number of JavaScript.
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return derElement(derTag.objectIdentifier, Uint8Array.from([first * 40n + second, ...rest].flatMap(base128)));
}

function base128(arc: bigint): number[] {
  const octets = [Number(arc % 128n)];
  for (let rest = arc / 128n; rest > 0n; rest /= 128n) octets.unshift(128 + Number(rest % 128n));
  return octets;
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

function compareBytes(a: Bytes, b: Bytes): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
