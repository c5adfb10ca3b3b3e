// The octets of one characteristic value, least significant first, as the profiles of the Bluetooth SIG have them. What
// is not there is refused, never guessed: a decoder that reads past the end of a truncated value would invent a reading.

import type { Bytes } from '@vitalseal/protocol';
import { BleError } from '../errors.ts';

export function malformed(expected: string): BleError {
  return new BleError('gatt-malformed', `expected ${expected}`);
}

export class OctetReader {
  readonly #view: DataView;
  #at = 0;

  constructor(value: Bytes) {
    this.#view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  /** @throws BleError `gatt-malformed`, as all that follow */
  uint8(field: string): number {
    return this.#view.getUint8(this.#take(1, field));
  }

  uint16(field: string): number {
    return this.#view.getUint16(this.#take(2, field), true);
  }

  int16(field: string): number {
    return this.#view.getInt16(this.#take(2, field), true);
  }

  uint24(field: string): number {
    const at = this.#take(3, field);
    return this.#view.getUint16(at, true) | (this.#view.getUint8(at + 2) << 16);
  }

  uint32(field: string): number {
    return this.#view.getUint32(this.#take(4, field), true);
  }

  skip(octets: number, field: string): void {
    this.#take(octets, field);
  }

  /** For values of one length. What has flags may carry fields of a later edition at its end: those are passed over. */
  end(field: string): void {
    if (this.left > 0) throw malformed(`nothing behind ${field}`);
  }

  #take(octets: number, field: string): number {
    if (this.left < octets) throw malformed(`${field} in ${octets} octets`);
    const at = this.#at;
    this.#at += octets;
    return at;
  }
}

/** The other way, for a sensor. */
export class OctetWriter {
  readonly #octets: number[] = [];

  uint8(value: number): this {
    return this.#put(value, 1);
  }

  uint16(value: number): this {
    return this.#put(value, 2);
  }

  uint24(value: number): this {
    return this.#put(value, 3);
  }

  uint32(value: number): this {
    return this.#put(value, 4);
  }

  octets(): Bytes {
    return Uint8Array.from(this.#octets);
  }

  #put(value: number, octets: number): this {
    for (let i = 0; i < octets; i++) this.#octets.push((value >>> (8 * i)) & 0xff);
    return this;
  }
}
