// Unmarshalling, TPM 2.0 Library Part 2 section 4: big-endian integers and sized buffers. What comes from a TPM, or claims
// to, is hostile input: no read passes the end, no size is believed before it is compared, nothing may be left over.
import type { Bytes } from '@vitalseal/protocol';
import { malformed } from '../errors.ts';

export class TpmReader {
  readonly #bytes: Bytes;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(what: string): number {
    return this.#view.getUint8(this.#advance(1, what));
  }

  u16(what: string): number {
    return this.#view.getUint16(this.#advance(2, what));
  }

  u32(what: string): number {
    return this.#view.getUint32(this.#advance(4, what));
  }

  u64(what: string): bigint {
    return this.#view.getBigUint64(this.#advance(8, what));
  }

  /** A copy, so that nobody else's later write changes what was checked. */
  bytes(length: number, what: string): Bytes {
    const start = this.#advance(length, what);
    return this.#bytes.slice(start, start + length);
  }

  /** A TPM2B: two bytes of size, and as many bytes. */
  sized(maximum: number, what: string): Bytes {
    const length = this.u16(what);
    if (length > maximum) throw malformed(`expected at most ${maximum} bytes of ${what}`);
    return this.bytes(length, what);
  }

  /** A TPM2B around a structure: all of it must be used. */
  within<T>(maximum: number, what: string, read: (inner: TpmReader) => T): T {
    return readWhole(this.sized(maximum, what), what, read);
  }

  expect16(value: number, what: string): void {
    if (this.u16(what) !== value) throw malformed(`expected ${what}`);
  }

  rest(): Bytes {
    return this.bytes(this.left, 'the rest');
  }

  end(what: string): void {
    if (this.left !== 0) throw malformed(`expected nothing after ${what}`);
  }

  #advance(length: number, what: string): number {
    if (length > this.left) throw malformed(`expected ${what}, found the end`);
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}

/** Reads one structure that must fill the bytes. */
export function readWhole<T>(bytes: Bytes, what: string, read: (reader: TpmReader) => T): T {
  const reader = new TpmReader(bytes);
  const value = read(reader);
  reader.end(what);
  return value;
}
