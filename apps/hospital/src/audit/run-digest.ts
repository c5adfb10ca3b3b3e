/**
 * What the log keeps of stored rows, to find one that was edited by hand. It is taken over the sealed payload and never
 * over what was measured: values are few and times are known, so the digest of a reading could be found by trying. One for a
 * run of rows: that a single one was edited is seen by its seal, and the digest holds also against whoever has the data
 * keys and could seal another value, which the seal's own tag would not.
 */
import { hash } from 'node:crypto';
import type { NewReading } from '../store/readings.ts';

export type DigestedRow = Pick<NewReading, 'patient' | 'measured_at' | 'received_at' | 'payload'>;

const headLength = 28;
/** 144 bits, which base64 writes without a remainder. To pass off another row one would have to meet them all. */
const digestCharacters = 24;

/**
 * SHA-256 over each row's patient's number and both times (as IEEE 754 doubles, big-endian), the length of its payload (32 bits)
 * and the payload as it is stored; its first 18 bytes.
 */
export class RunDigest {
  #scratch = Buffer.alloc(1 << 14);
  #view = viewOf(this.#scratch);
  #length = 0;

  take({ patient, measured_at, received_at, payload }: DigestedRow): void {
    const at = this.#length;
    this.#length = at + headLength + payload.length;
    if (this.#scratch.length < this.#length) this.#grow();
    this.#view.setFloat64(at, patient);
    this.#view.setFloat64(at + 8, measured_at);
    this.#view.setFloat64(at + 16, received_at);
    this.#view.setUint32(at + 24, payload.length);
    this.#scratch.set(payload, at + headLength);
  }

  /** Base64; the next row begins another run. */
  end(): string {
    const digest = hash('sha256', this.#scratch.subarray(0, this.#length), 'base64');
    this.#length = 0;
    return digest.slice(0, digestCharacters);
  }

  #grow(): void {
    const before = this.#scratch;
    this.#scratch = Buffer.alloc(2 * this.#length);
    this.#scratch.set(before);
    this.#view = viewOf(this.#scratch);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
