// The received counters of one direction: the highest, and which of the last `size` were seen. The network may reorder
// records within the window; behind it a record is too old, and what was seen once is seen.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { maxSequence } from './record.ts';

export const leastWindow = 1024;
const mostWindow = 65536;
const highestBytes = 6;

export class ReplayWindow {
  #highest: number;
  // A ring: bit (sequence mod size) stands for the one sequence of the window with that remainder.
  readonly #seen: Bytes;

  private constructor(highest: number, seen: Bytes) {
    this.#highest = highest;
    this.#seen = seen;
  }

  /** @param size a multiple of 8 from 1024 to 65536 @throws ProtocolError `replay-window-malformed` */
  static empty(size = leastWindow): ReplayWindow {
    checkSize(size);
    return new ReplayWindow(-1, new Uint8Array(size / 8));
  }

  /** @throws ProtocolError `replay-window-malformed` */
  static decode(encoded: Bytes): ReplayWindow {
    const size = (encoded.length - highestBytes) * 8;
    checkSize(size);
    let next = 0;
    for (let i = 0; i < highestBytes; i++) next = next * 256 + (encoded[i] ?? 0);
    const window = new ReplayWindow(next - 1, encoded.slice(highestBytes));
    if (!window.#isConsistent()) throw malformed();
    return window;
  }

  /** Six bytes of highest + 1, then the ring. */
  encode(): Bytes {
    const encoded = new Uint8Array(highestBytes + this.#seen.length);
    for (let i = highestBytes - 1, rest = this.#highest + 1; i >= 0; i--, rest = Math.floor(rest / 256)) {
      encoded[i] = rest % 256;
    }
    encoded.set(this.#seen, highestBytes);
    return encoded;
  }

  get size(): number {
    return this.#seen.length * 8;
  }

  check(sequence: number): 'fresh' | 'seen' | 'too-old' {
    if (sequence > this.#highest) return 'fresh';
    if (sequence <= this.#highest - this.size) return 'too-old';
    return this.#bit(sequence) ? 'seen' : 'fresh';
  }

  /** Only for the counter of a record that was opened. @throws ProtocolError `record-replayed`, `record-too-old` */
  accept(sequence: number): void {
    if (!Number.isInteger(sequence) || sequence < 0 || sequence > maxSequence) {
      throw new ProtocolError('counter-malformed', 'expected a counter of 40 bits');
    }
    const verdict = this.check(sequence);
    if (verdict === 'seen') throw new ProtocolError('record-replayed', 'expected a counter that was not seen before');
    if (verdict === 'too-old') throw new ProtocolError('record-too-old', 'expected a counter within the replay window');
    if (sequence > this.#highest) this.#advance(sequence);
    this.#set(sequence, true);
  }

  /** The window after `accept`, this one unchanged: for a transaction that may still fail. */
  accepting(sequence: number): ReplayWindow {
    const next = new ReplayWindow(this.#highest, this.#seen.slice());
    next.accept(sequence);
    return next;
  }

  #advance(sequence: number): void {
    if (sequence - this.#highest >= this.size) this.#seen.fill(0);
    else for (let passed = this.#highest + 1; passed < sequence; passed++) this.#set(passed, false);
    this.#highest = sequence;
  }

  #bit(sequence: number): boolean {
    const at = sequence % this.size;
    return ((this.#seen[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
  }

  #set(sequence: number, seen: boolean): void {
    const at = sequence % this.size;
    const byte = this.#seen[at >> 3] ?? 0;
    this.#seen[at >> 3] = seen ? byte | (1 << (at & 7)) : byte & ~(1 << (at & 7));
  }

  /** The highest was seen, and nothing below zero was. */
  #isConsistent(): boolean {
    if (this.#highest > maxSequence) return false;
    if (this.#highest >= 0 && !this.#bit(this.#highest)) return false;
    for (let unused = this.#highest + 1; unused < this.size; unused++) if (this.#bit(unused)) return false;
    return true;
  }
}

function malformed(): ProtocolError {
  return new ProtocolError('replay-window-malformed', 'expected a replay window');
}

function checkSize(size: number): void {
  if (!Number.isInteger(size) || size % 8 !== 0 || size < leastWindow || size > mostWindow) throw malformed();
}
