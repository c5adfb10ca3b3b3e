// DER (X.690 section 10): the strict reader under certificates, requests, revocation lists and certs-only messages.
// Anything that DER does not allow is refused, so that one structure has exactly one encoding and two readers cannot
// see two meanings in the same bytes.
import type { Bytes } from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';

export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export interface DerElement {
  readonly tag: number;
  /** The contents octets. */
  readonly content: Bytes;
  /** Identifier, length and contents octets, as they stood in the input. */
  readonly raw: Bytes;
}

export function malformed(message: string): CertificateError {
  return new CertificateError('malformed', message);
}

/** Reads the elements of one constructed value in order; every read moves forward, so reading ends. */
export class DerReader {
  readonly #bytes: Bytes;
  #offset = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** The next element's tag, or undefined at the end. */
  get tag(): number | undefined {
    return this.#bytes[this.#offset];
  }

  next(tag: number, what: string): DerElement {
    if (this.tag !== tag) throw malformed(`expected ${what}`);
    return this.any(what);
  }

  optional(tag: number, what: string): DerElement | undefined {
    return this.tag === tag ? this.any(what) : undefined;
  }

  any(what: string): DerElement {
    const start = this.#offset;
    const tag = this.#bytes[start];
    if (tag === undefined) throw malformed(`expected ${what}, found the end`);
    if ((tag & 0x1f) === 0x1f) throw malformed(`expected a one-byte tag for ${what}`);
    const { length, headerEnd } = this.#length(start + 1, what);
    const end = headerEnd + length;
    if (end > this.#bytes.length) throw malformed(`expected ${what} to end inside its container`);
    this.#offset = end;
    return { tag, content: this.#bytes.subarray(headerEnd, end), raw: this.#bytes.subarray(start, end) };
  }

  end(what: string): void {
    if (!this.done) throw malformed(`expected nothing after ${what}`);
  }

  #length(offset: number, what: string): { length: number; headerEnd: number } {
    const first = this.#bytes[offset];
    if (first === undefined) throw malformed(`expected the length of ${what}`);
    if (first < 0x80) return { length: first, headerEnd: offset + 1 };
    const count = first & 0x7f;
    if (count === 0 || count > 3) throw malformed(`expected a definite length below 16 MiB for ${what}`);
    let length = 0;
    for (let index = 1; index <= count; index++) {
      const octet = this.#bytes[offset + index];
      if (octet === undefined) throw malformed(`expected the length of ${what}`);
      length = length * 256 + octet;
    }
    const shortest = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
    if (count !== shortest) throw malformed(`expected the shortest form of the length of ${what}`);
    return { length, headerEnd: offset + 1 + count };
  }
}

/** The one element that the bytes hold, with nothing behind it. */
export function readSingle(bytes: Bytes, tag: number, what: string): DerElement {
  const reader = new DerReader(bytes);
  const element = reader.next(tag, what);
  reader.end(what);
  return element;
}
