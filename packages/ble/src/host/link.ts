// The host stack forgets the callbacks of a connection that ended, and of an adapter that went: here they settle.

import { BleError } from '../errors.ts';

export class Link {
  /** Settles once, when the link is gone. */
  readonly closed: Promise<void>;
  readonly #pending = new Set<() => void>();
  readonly #settleClosed: () => void;
  #over = false;

  constructor() {
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.#settleClosed = closed.resolve;
  }

  get over(): boolean {
    return this.#over;
  }

  /** @throws BleError `radio-disconnected` where the link ends first */
  run<T = void>(start: (done: (value: T) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const lost = () => reject(new BleError('radio-disconnected', 'the other end went out of range or let go'));
      if (this.#over) {
        lost();
        return;
      }
      this.#pending.add(lost);
      start((value) => {
        this.#pending.delete(lost);
        resolve(value);
      });
    });
  }

  /** @returns what takes it back: a listener of `closed` stays for as long as the link does */
  onEnd(listener: () => void): () => void {
    if (this.#over) listener();
    else this.#pending.add(listener);
    return () => void this.#pending.delete(listener);
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const lost of this.#pending) lost();
    this.#pending.clear();
    this.#settleClosed();
  }
}
