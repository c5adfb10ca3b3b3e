// Messages that came before anybody listened, and the rule that a link says once that it is closed. Nobody has proved
// anything yet when they come, so few are kept.

import type { Bytes } from '@vitalseal/protocol';
import type { LinkMessage, MessageListener } from '@vitalseal/sensor-link';

const mostKept = 64;

export class ArrivingMessages {
  #listener: MessageListener | undefined;
  #early: [LinkMessage, Bytes][] = [];
  #closed = false;
  #reason: Error | undefined;

  get isClosed(): boolean {
    return this.#closed;
  }

  listen(listener: MessageListener): void {
    queueMicrotask(() => {
      this.#listener = listener;
      for (const [type, body] of this.#early.splice(0)) listener.message(type, body);
      if (this.#closed) listener.closed(this.#reason);
    });
  }

  /** @returns whether there was room */
  message(type: LinkMessage, body: Bytes): boolean {
    if (this.#closed) return false;
    if (this.#listener) this.#listener.message(type, body);
    else if (this.#early.length >= mostKept) return false;
    else this.#early.push([type, body]);
    return true;
  }

  close(reason: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reason = reason;
    this.#listener?.closed(reason);
  }
}
