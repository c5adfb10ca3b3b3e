// The counter of one direction. Blocks of numbers are reserved durably before the first of them is used, so that after
// a power loss counting goes on behind the last block: numbers are lost, a nonce is never repeated.

import type { Awaitable } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { maxSequence } from './record.ts';

export interface SendCounterOptions {
  /** The first number never used before: 0 on a new channel, else the last `until` that was reserved. */
  readonly start: number;
  /** How many numbers a reservation takes. */
  readonly block: number;
  /** Stores durably that every number below `until` may have been used; only then it returns. */
  readonly reserve: (until: number) => Awaitable<void>;
}

export class SendCounter {
  readonly #block: number;
  readonly #reserve: (until: number) => Awaitable<void>;
  #next: number;
  #limit: number;
  #reserving: Promise<void> | undefined;

  /** @throws ProtocolError `counter-malformed` */
  constructor({ start, block, reserve }: SendCounterOptions) {
    if (!Number.isSafeInteger(start) || start < 0 || !Number.isSafeInteger(block) || block < 1) {
      throw new ProtocolError('counter-malformed', 'expected a start from 0 and a block from 1');
    }
    this.#block = block;
    this.#reserve = reserve;
    this.#next = start;
    this.#limit = start;
  }

  /** At once while the reserved block lasts. @throws ProtocolError `counter-exhausted`, or what `reserve` throws */
  next(): Awaitable<number> {
    return this.#next < this.#limit ? this.#next++ : this.#nextAfterReserving();
  }

  /** Of a counter whose store may be older than what was counted: no number below it is given from here on. */
  skipTo(number: number): void {
    this.#next = Math.max(this.#next, number);
  }

  async #nextAfterReserving(): Promise<number> {
    // Several callers may wait for one reservation, and more of them than it has numbers.
    while (this.#next >= this.#limit) {
      this.#reserving ??= this.#extend().finally(() => {
        this.#reserving = undefined;
      });
      await this.#reserving;
    }
    return this.#next++;
  }

  async #extend(): Promise<void> {
    const from = Math.max(this.#limit, this.#next);
    const until = Math.min(from + this.#block, maxSequence + 1);
    if (until <= from) throw new ProtocolError('counter-exhausted', 'expected a counter of 40 bits');
    await this.#reserve(until);
    this.#limit = until;
  }
}
