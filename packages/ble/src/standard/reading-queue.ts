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
  readonly reading: UnsealedReading;
  readonly taken: PromiseWithResolvers<boolean>;
}

export class ReadingQueue {
  readonly #options: ReadingQueueOptions;
  readonly #waiting: Waiting[] = [];
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

  /** @returns true once the card has it, false if it was given up or the queue was closed before */
  add(reading: UnsealedReading): Promise<boolean> {
    const taken = Promise.withResolvers<boolean>();
    this.#waiting.push({ reading, taken });
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

  async #go(): Promise<void> {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    clearTimeout(this.#retry);
    try {
      for (let first = this.#waiting[0]; first && !this.#closed; first = this.#waiting[0]) {
        await this.#options.take(first.reading);
        this.#waiting.shift();
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
