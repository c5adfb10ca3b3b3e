// Strict decoding: an input is accepted only if it is the one deterministic encoding (RFC 8949 section 4.2.1) of its
// value, so two different byte strings never mean the same message. Checked in one pass while reading, for decoding and
// encoding again costs twice the time on the hospital's hot path.

import type { Bytes } from '../../bytes.ts';
import { ProtocolError, type ProtocolErrorCode } from '../../errors.ts';
import { type CborKey, type CborLimits, type CborValue, defaultMaxBytes, defaultMaxDepth } from './value.ts';

/** Exactly one item. @throws ProtocolError with a `cbor-` code, or `message-too-large` */
export function decodeCbor(bytes: Bytes, limits: CborLimits = {}): CborValue {
  const reader = new CborReader(bytes, limits);
  const value = reader.value(0);
  if (!reader.done) throw new ProtocolError('cbor-trailing-bytes', 'expected nothing behind the CBOR item');
  return value;
}

/** A CBOR sequence (RFC 8742) of zero or more items. */
export function decodeCborSequence(bytes: Bytes, limits: CborLimits = {}): CborValue[] {
  const reader = new CborReader(bytes, limits);
  const values: CborValue[] = [];
  while (!reader.done) values.push(reader.value(0));
  return values;
}

// A byte order mark is a character like any other: dropping it would give one text two encodings.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function refuse(code: ProtocolErrorCode, message: string): never {
  throw new ProtocolError(code, message);
}

class CborReader {
  readonly #bytes: Bytes;
  readonly #maxDepth: number;
  #at = 0;

  constructor(bytes: Bytes, { maxBytes = defaultMaxBytes, maxDepth = defaultMaxDepth }: CborLimits) {
    if (bytes.length > maxBytes) refuse('message-too-large', `expected at most ${maxBytes} bytes of CBOR`);
    this.#bytes = bytes;
    this.#maxDepth = maxDepth;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): CborValue {
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
        return this.#array(info, depth + 1);
      case 5:
        return this.#map(info, depth + 1);
      case 6:
        return refuse('cbor-unsupported', 'expected no tag');
      default:
        return this.#simple(info);
    }
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) return refuse('cbor-malformed', 'expected more bytes of CBOR');
    this.#at++;
    return byte;
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.#longArgument(1, 24);
    if (info === 25) return this.#longArgument(2, 0x100);
    if (info === 26) return this.#longArgument(4, 0x10000);
    if (info === 27) return this.#longArgument(8, 0x100000000);
    return refuse('cbor-malformed', 'expected a head that RFC 8949 defines');
  }

  #longArgument(size: number, least: number): number {
    let argument = 0;
    for (let i = 0; i < size; i++) argument = argument * 256 + this.#byte();
    if (argument < least) return refuse('cbor-not-deterministic', 'expected the shortest head');
    if (argument > Number.MAX_SAFE_INTEGER) return refuse('cbor-unsupported', 'expected an integer of 53 bits');
    return argument;
  }

  #negative(info: number): number {
    const value = -1 - this.#argument(info);
    return Number.isSafeInteger(value) ? value : refuse('cbor-unsupported', 'expected an integer of 53 bits');
  }

  /** How many bytes, items or pairs follow, each of at least `least` bytes: a claim beyond the input is refused first. */
  #count(info: number, least: number): number {
    if (info === 31) return refuse('cbor-not-deterministic', 'expected a definite length');
    const count = this.#argument(info);
    if (count * least > this.#bytes.length - this.#at) refuse('cbor-malformed', 'expected more bytes of CBOR');
    return count;
  }

  #byteString(info: number): Bytes {
    const length = this.#count(info, 1);
    // A copy: a view would keep the whole message alive and change with it.
    const copy = new Uint8Array(length);
    copy.set(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return copy;
  }

  #text(info: number): string {
    const end = this.#count(info, 1) + this.#at;
    const start = this.#at;
    this.#at = end;
    let text = '';
    for (let i = start; i < end; i++) {
      const byte = this.#bytes[i] ?? 0;
      if (byte > 0x7f) return decodeUtf8(this.#bytes.subarray(start, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #array(info: number, depth: number): CborValue[] {
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
        return refuse('cbor-unsupported', 'expected an integer or a text as map key');
      }
      if (i > 0) this.#checkOrder(previousStart, previousEnd, start);
      previousStart = start;
      previousEnd = this.#at;
      map.set(key, this.value(depth));
    }
    return map;
  }

  #checkDepth(depth: number): void {
    if (depth > this.#maxDepth) refuse('cbor-too-deep', `expected at most ${this.#maxDepth} levels`);
  }

  /** Deterministic keys ascend strictly in the bytewise order of their encodings, so equal ones are neighbours. */
  #checkOrder(previousStart: number, previousEnd: number, start: number): void {
    const length = Math.min(previousEnd - previousStart, this.#at - start);
    for (let i = 0; i < length; i++) {
      const difference = (this.#bytes[start + i] ?? 0) - (this.#bytes[previousStart + i] ?? 0);
      if (difference > 0) return;
      if (difference < 0) refuse('cbor-not-deterministic', 'expected map keys in order');
    }
    // No encoding is the beginning of another, so here the keys are equal.
    refuse('cbor-duplicate-key', 'expected each map key once');
  }

  #simple(info: number): boolean | null {
    if (info === 20) return false;
    if (info === 21) return true;
    if (info === 22) return null;
    if (info > 27) return refuse('cbor-malformed', 'expected a head that RFC 8949 defines');
    return refuse('cbor-unsupported', 'expected no float, undefined or other simple value');
  }
}

function decodeUtf8(bytes: Bytes): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ProtocolError('cbor-bad-utf8', 'expected text in UTF-8', { cause });
  }
}
