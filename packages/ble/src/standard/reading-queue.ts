// Readings of standard sensors on their way into the card, one after the other. A standard sensor forgets what it has told:
// what the card cannot take now waits here and is tried again, also when the sensor is gone.

import type { Measurement, Timestamp, UnsealedSensor } from '@vitalseal/protocol';

/** As the card takes it. */
export interface UnsealedReading {
  readonly measuredAt: Timestamp;
  readonly measurements: readonly Measurement[];
  readonly unsealed: UnsealedSensor;
}

export interface ReadingQueueOptions {
  /** Settles when it is durable; anything thrown is tried again. */
  readonly take: (reading: UnsealedReading) => Promise<void>;
  readonly failed?: (error: unknown) => void;
  readonly retryMs?: number;
  /** Past it the oldest of what waits is given up, and counted. */
  readonly most?: number;
}

interface Waiting {
  readonly once: string | undefined;
  readonly reading: UnsealedReading;
  readonly taken: PromiseWithResolvers<boolean>;
}

export interface AddOptions {
  /** Of what the device keeps until it is taken: a link that ends takes back what the card does not have in hand yet. */
  readonly signal?: AbortSignal | undefined;
  /** Names it: said again, because the device did not hear that it was taken, it is not taken twice. */
  readonly once?: string | undefined;
}

/** Names that are remembered. */
const mostNamed = 256;

export class ReadingQueue {
  readonly #options: ReadingQueueOptions;
  readonly #waiting: Waiting[] = [];
  readonly #named = new Set<string>();
  #lost = 0;
  #busy = false;
  #closed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReadingQueueOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Readings that were given up because too many waited. */
  get lost(): number {
    return this.#lost;
  }

  /** @returns true once the card has it, false if it was given up, taken back, or the queue was closed before */
  add(reading: UnsealedReading, { signal, once }: AddOptions = {}): Promise<boolean> {
    if (once !== undefined && this.#named.has(once)) return Promise.resolve(true);
    const same = once === undefined ? undefined : this.#waiting.find((other) => other.once === once);
    if (same) return same.taken.promise;
    const taken = Promise.withResolvers<boolean>();
    const waiting = { reading, taken, once };
    this.#waiting.push(waiting);
    const takeBack = () => this.#takeBack(waiting);
    signal?.addEventListener('abort', takeBack);
    void taken.promise.then(() => signal?.removeEventListener('abort', takeBack));
    const { most = 4096 } = this.#options;
    // The first may be with the card at this moment.
    if (this.#waiting.length > most) {
      for (const given of this.#waiting.splice(1, 1)) given.taken.resolve(false);
      this.#lost += 1;
    }
    void this.#go();
    return taken.promise;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    for (const { taken } of this.#waiting) taken.resolve(false);
  }

  #name(once: string | undefined): void {
    if (once === undefined) return;
    this.#named.add(once);
    const [oldest] = this.#named;
    if (this.#named.size > mostNamed && oldest !== undefined) this.#named.delete(oldest);
  }

  #takeBack(waiting: Waiting): void {
    const at = this.#waiting.indexOf(waiting);
    if (at < 0 || (at === 0 && this.#busy)) return;
    this.#waiting.splice(at, 1);
    waiting.taken.resolve(false);
  }

  async #go(): Promise<void> {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    clearTimeout(this.#retry);
    try {
      for (let first = this.#waiting[0]; first && !this.#closed; first = this.#waiting[0]) {
        await this.#options.take(first.reading);
        this.#waiting.shift();
        this.#name(first.once);
        first.taken.resolve(true);
      }
    } catch (error) {
      this.#options.failed?.(error);
      const { retryMs = 5000 } = this.#options;
      if (!this.#closed) this.#retry = setTimeout(() => void this.#go(), retryMs);
    } finally {
      this.#busy = false;
    }
  }
}
