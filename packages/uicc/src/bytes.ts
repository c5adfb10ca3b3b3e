// Bytes side by side: the little that every codec of this package needs.

import type { Bytes } from './card.ts';

export const noBytes: Bytes = new Uint8Array(0);

/** Bytes, or single octets, one after the other. */
export function join(...parts: readonly (Uint8Array | number)[]): Bytes {
  const length = parts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? 1 : part.length), 0);
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    if (typeof part === 'number') whole[at++] = part;
    else {
      whole.set(part, at);
      at += part.length;
    }
  }
  return whole;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}

/** An unsigned number as big-endian octets. */
export function octets(value: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) & 0xff);
}

/** Big-endian octets (six at most) as an unsigned number. */
export function unsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, octet) => value * 256 + octet, 0);
}

export function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (octet) => Number.parseInt(octet, 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
