// The state key while it is known: from the first right PIN to the next reset. Who works on the state hears of both.

import type { Awaitable, Bytes } from '@vitalseal/protocol';

export class StateKey {
  readonly #opened: ((stateKey: Bytes) => Awaitable<void>)[] = [];
  readonly #closed: (() => Awaitable<void>)[] = [];
  #key: Bytes | undefined;

  /** 32 bytes. */
  get known(): Bytes | undefined {
    return this.#key;
  }

  whenOpened(listener: (stateKey: Bytes) => Awaitable<void>): void {
    this.#opened.push(listener);
  }

  whenClosed(listener: () => Awaitable<void>): void {
    this.#closed.push(listener);
  }

  /** Takes the bytes over. What a listener throws closes it again, and is thrown on. */
  async open(stateKey: Bytes): Promise<void> {
    if (this.#key) {
      stateKey.fill(0);
      return;
    }
    this.#key = stateKey;
    try {
      for (const listener of this.#opened) await listener(stateKey.slice());
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (!this.#key) return;
    try {
      for (const listener of this.#closed) await listener();
    } finally {
      this.#key.fill(0);
      this.#key = undefined;
    }
  }
}
