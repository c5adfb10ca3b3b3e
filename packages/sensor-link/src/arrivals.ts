// Frames that came before anybody listened, and the rule that a link says once that it is closed.

import type { Bytes } from '@vitalseal/protocol';
import type { LinkListener } from './link.ts';

export class Arrivals {
  #listener: LinkListener | undefined;
  #early: Bytes[] = [];
  #closed = false;
  #reason: Error | undefined;

  get isClosed(): boolean {
    return this.#closed;
  }

  /** What came before is told as soon as the caller has finished: whoever listens is often still being made. */
  listen(listener: LinkListener): void {
    queueMicrotask(() => {
      this.#listener = listener;
      const early = this.#early;
      this.#early = [];
      for (const frame of early) listener.frame(frame);
      if (this.#closed) listener.closed(this.#reason);
    });
  }

  frame(frame: Bytes): void {
    if (this.#closed) return;
    if (this.#listener) this.#listener.frame(frame);
    else this.#early.push(frame);
  }

  close(reason: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reason = reason;
    this.#listener?.closed(reason);
  }
}
