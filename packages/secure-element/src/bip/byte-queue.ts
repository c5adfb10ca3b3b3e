// Bytes that wait to be sent, taken in other portions than they were put.

import { type Bytes, concatBytes } from '@vitalseal/protocol';

export class ByteQueue {
  #parts: Bytes[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  put(bytes: Bytes): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /** The first ones, `most` at most. */
  take(most: number): Bytes {
    const taken: Bytes[] = [];
    let length = 0;
    while (length < most) {
      const part = this.#parts[0];
      if (!part) break;
      const head = part.subarray(0, most - length);
      taken.push(head);
      length += head.length;
      if (head.length === part.length) this.#parts.shift();
      else this.#parts[0] = part.subarray(head.length);
    }
    this.#length -= length;
    return concatBytes(...taken);
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
  }
}
