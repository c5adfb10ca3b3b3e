// Deterministic CBOR (RFC 8949 section 4.2.1), one item after the other: shortest heads, definite lengths, map keys in
// bytewise order of their encodings.

import type { Bytes } from '../../bytes.ts';
import { ProtocolError } from '../../errors.ts';
import type { CborKey, CborValue } from './value.ts';

const utf8 = new TextEncoder();

const usualBytes = 512;

export class CborWriter {
  #buffer: Bytes = new Uint8Array(usualBytes);
  #length = 0;

  /** What was written since it was made, or since the last call. */
  take(): Bytes {
    const written = this.#buffer.slice(0, this.#length);
    this.clear();
    return written;
  }

  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > usualBytes) this.#buffer = new Uint8Array(usualBytes);
  }

  /** @throws ProtocolError `cbor-unsupported` unless it is a safe integer */
  integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw new ProtocolError('cbor-unsupported', 'expected a safe integer');
    if (value < 0) this.#head(1, -1 - value);
    else this.#head(0, value);
  }

  byteString(value: Uint8Array): void {
    this.#head(2, value.length);
    this.#raw(value);
  }

  /** @throws ProtocolError `cbor-bad-utf8` for a lone surrogate, which UTF-8 cannot say */
  text(value: string): void {
    if (!value.isWellFormed()) throw new ProtocolError('cbor-bad-utf8', 'expected text without lone surrogates');
    const encoded = utf8.encode(value);
    this.#head(3, encoded.length);
    this.#raw(encoded);
  }

  boolean(value: boolean): void {
    this.#head(7, value ? 21 : 20);
  }

  null(): void {
    this.#head(7, 22);
  }

  /** The items are written behind it. */
  array(count: number): void {
    this.#head(4, count);
  }

  value(value: CborValue): void {
    if (typeof value === 'number') this.integer(value);
    else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'boolean') this.boolean(value);
    else if (value === null) this.null();
    else if (value instanceof Uint8Array) this.byteString(value);
    else if (value instanceof Map) this.#map(value);
    else {
      this.array(value.length);
      for (const item of value) this.value(item);
    }
  }

  #map(map: Map<CborKey, CborValue>): void {
    const entries = Array.from(map, ([key, value]) => {
      return { key: writtenCbor((writer) => writer.value(key)), value };
    });
    entries.sort((a, b) => compareBytes(a.key, b.key));
    this.#head(5, entries.length);
    for (const { key, value } of entries) {
      this.#raw(key);
      this.value(value);
    }
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #head(major: number, argument: number): void {
    this.#reserve(9);
    const type = major << 5;
    if (argument < 24) this.#buffer[this.#length++] = type | argument;
    else if (argument < 0x100) this.#argument(type | 24, argument, 1);
    else if (argument < 0x10000) this.#argument(type | 25, argument, 2);
    else if (argument < 0x100000000) this.#argument(type | 26, argument, 4);
    else this.#argument(type | 27, argument, 8);
  }

  #argument(initial: number, argument: number, size: number): void {
    this.#buffer[this.#length] = initial;
    // Division, not shifts: an argument has up to 53 bits.
    for (let i = size, rest = argument; i > 0; i--, rest = Math.floor(rest / 256)) {
      this.#buffer[this.#length + i] = rest % 256;
    }
    this.#length += 1 + size;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + more));
    grown.set(this.#buffer);
    this.#buffer = grown;
  }
}

/** Its buffer serves one message after the other: to allocate one for each is to clear it first. */
const shared = new CborWriter();
let isTaken = false;

export function writtenCbor(write: (writer: CborWriter) => void): Bytes {
  if (isTaken) {
    const own = new CborWriter();
    write(own);
    return own.take();
  }
  isTaken = true;
  try {
    write(shared);
    return shared.take();
  } finally {
    shared.clear();
    isTaken = false;
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
