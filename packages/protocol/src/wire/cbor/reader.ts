// Strict reading of deterministic CBOR (RFC 8949 section 4.2.1), one item after the other: an input is accepted only if
// it is the one encoding of its value, so two different byte strings never mean the same message. Checked in one pass
// while reading, for decoding and encoding again costs twice the time on the hospital's hot path.

import type { Bytes } from '../../bytes.ts';
import { ProtocolError, type ProtocolErrorCode } from '../../errors.ts';
import type { TextCache } from './text-cache.ts';
import { type CborKey, type CborLimits, type CborValue, defaultMaxBytes, defaultMaxDepth } from './value.ts';

// A byte order mark is a character like any other: dropping it would give one text two encodings.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const nullByte = 0xf6;

/**
 * The methods that name a type read one item of it and throw `message-malformed` for another; all throw ProtocolError
 * with a `cbor-` code for what is not deterministic CBOR.
 */
export class CborReader {
  readonly #bytes: Bytes;
  readonly #maxDepth: number;
  #at = 0;

  /** @throws ProtocolError `message-too-large` */
  constructor(bytes: Bytes, { maxBytes = defaultMaxBytes, maxDepth = defaultMaxDepth }: CborLimits = {}) {
    if (bytes.length > maxBytes) refuse('message-too-large', `at most ${maxBytes} bytes of CBOR`);
    // A Buffer's slice() is a view where this reader means a copy.
    this.#bytes =
      bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#maxDepth = maxDepth;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @throws ProtocolError `cbor-trailing-bytes` */
  end(): void {
    if (!this.done) refuse('cbor-trailing-bytes', 'nothing behind the CBOR item');
  }

  integer(): number {
    const initial = this.#byte();
    if (initial < 0x18) return initial;
    if (initial < 0x20) return this.#argument(initial);
    if (initial < 0x40) return this.#negative(initial & 0x1f);
    return refuse('message-malformed', 'an integer');
  }

  byteString(): Bytes {
    return this.#byteString(this.#typed(2, 'a byte string'));
  }

  text(): string {
    return this.#text(this.#typed(3, 'a text'));
  }

  /** A text by what it means; parsed only where the cache does not have it. */
  cachedText<T>(cache: TextCache<T>): T {
    const length = this.#count(this.#typed(3, 'a text'), 1);
    const found = cache.find(this.#bytes, this.#at, this.#at + length);
    if (found !== undefined) {
      this.#at += length;
      return found;
    }
    const encoded = this.#take(length);
    const value = cache.parse(decodeUtf8(encoded));
    cache.keep(encoded, value);
    return value;
  }

  boolean(): boolean {
    const value = this.#simple(this.#typed(7, 'true or false'));
    return value === null ? refuse('message-malformed', 'true or false') : value;
  }

  /** @returns how many items follow as the array's */
  array(): number {
    return this.#count(this.#typed(4, 'an array'), 1);
  }

  /** Whether the next item is null; it is read only then. */
  null(): boolean {
    if (this.#bytes[this.#at] !== nullByte) return false;
    this.#at++;
    return true;
  }

  /** Any item. */
  value(depth = 0): CborValue {
    const initial = this.#byte();
    const info = initial & 0x1f;
    switch (initial >> 5) {
      case 0:
        return this.#argument(info);
      case 1:
        return this.#negative(info);
      case 2:
        return this.#byteString(info);
      case 3:
        return this.#text(info);
      case 4:
        return this.#items(info, depth + 1);
      case 5:
        return this.#map(info, depth + 1);
      case 6:
        return refuse('cbor-unsupported', 'no tag');
      default:
        return this.#simple(info);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) return refuse('cbor-malformed', 'more bytes of CBOR');
    this.#at++;
    return byte;
  }

  #typed(major: number, what: string): number {
    const initial = this.#byte();
    return initial >> 5 === major ? initial & 0x1f : refuse('message-malformed', what);
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return atLeast(24, this.#unsigned(1));
    if (info === 25) return atLeast(0x100, this.#unsigned(2));
    if (info === 26) return atLeast(0x10000, this.#unsigned(4));
    if (info !== 27) return refuse('cbor-malformed', 'a head that RFC 8949 defines');
    const argument = this.#unsigned(4) * 0x100000000 + this.#unsigned(4);
    if (argument > Number.MAX_SAFE_INTEGER) return refuse('cbor-unsupported', 'an integer of 53 bits');
    return atLeast(0x100000000, argument);
  }

  #unsigned(size: number): number {
    const start = this.#at;
    const end = start + size;
    if (end > this.#bytes.length) return refuse('cbor-malformed', 'more bytes of CBOR');
    this.#at = end;
    let value = 0;
    for (let i = start; i < end; i++) value = (value << 8) | (this.#bytes[i] ?? 0);
    return value >>> 0;
  }

  #negative(info: number): number {
    const value = -1 - this.#argument(info);
    return Number.isSafeInteger(value) ? value : refuse('cbor-unsupported', 'an integer of 53 bits');
  }

  /** How many bytes, items or pairs follow, each of at least `least` bytes: a claim beyond the input is refused first. */
  #count(info: number, least: number): number {
    if (info === 31) return refuse('cbor-not-deterministic', 'a definite length');
    const count = this.#argument(info);
    if (count * least > this.#bytes.length - this.#at) refuse('cbor-malformed', 'more bytes of CBOR');
    return count;
  }

  /** The next bytes, as a view. */
  #take(length: number): Bytes {
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  #byteString(info: number): Bytes {
    const length = this.#count(info, 1);
    const start = this.#at;
    this.#at += length;
    // A copy: a view would keep the whole message alive and change with it.
    return this.#bytes.slice(start, this.#at);
  }

  #text(info: number): string {
    return decodeUtf8(this.#take(this.#count(info, 1)));
  }

  #items(info: number, depth: number): CborValue[] {
    const count = this.#count(info, 1);
    this.#checkDepth(depth);
    const items: CborValue[] = [];
    for (let i = 0; i < count; i++) items.push(this.value(depth));
    return items;
  }

  #map(info: number, depth: number): Map<CborKey, CborValue> {
    const count = this.#count(info, 2);
    this.#checkDepth(depth);
    const map = new Map<CborKey, CborValue>();
    let previousStart = 0;
    let previousEnd = 0;
    for (let i = 0; i < count; i++) {
      const start = this.#at;
      const key = this.value(depth);
      if (typeof key !== 'number' && typeof key !== 'string') {
        return refuse('cbor-unsupported', 'an integer or a text as map key');
      }
      if (i > 0) this.#checkOrder(previousStart, previousEnd, start);
      previousStart = start;
      previousEnd = this.#at;
      map.set(key, this.value(depth));
    }
    return map;
  }

  #checkDepth(depth: number): void {
    if (depth > this.#maxDepth) refuse('cbor-too-deep', `at most ${this.#maxDepth} levels`);
  }

  /** Deterministic keys ascend strictly in the bytewise order of their encodings, so equal ones are neighbours. */
  #checkOrder(previousStart: number, previousEnd: number, start: number): void {
    const length = Math.min(previousEnd - previousStart, this.#at - start);
    for (let i = 0; i < length; i++) {
      const difference = (this.#bytes[start + i] ?? 0) - (this.#bytes[previousStart + i] ?? 0);
      if (difference > 0) return;
      if (difference < 0) refuse('cbor-not-deterministic', 'map keys in order');
    }
    // No encoding is the beginning of another, so here the keys are equal.
    refuse('cbor-duplicate-key', 'each map key once');
  }

  #simple(info: number): boolean | null {
    if (info === 20) return false;
    if (info === 21) return true;
    if (info === 22) return null;
    if (info > 27) return refuse('cbor-malformed', 'a head that RFC 8949 defines');
    return refuse('cbor-unsupported', 'no float, undefined or other simple value');
  }
}

function atLeast(least: number, argument: number): number {
  return argument < least ? refuse('cbor-not-deterministic', 'the shortest head') : argument;
}

function decodeUtf8(encoded: Bytes): string {
  try {
    return utf8.decode(encoded);
  } catch (cause) {
    throw new ProtocolError('cbor-bad-utf8', 'expected text in UTF-8', { cause });
  }
}

function refuse(code: ProtocolErrorCode, expected: string): never {
  throw new ProtocolError(code, `expected ${expected}`);
}
