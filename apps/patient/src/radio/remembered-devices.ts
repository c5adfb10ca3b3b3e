// What the gateway remembers of devices it has met, whatever becomes of the adapter: which have proved to be the patient's, and
// for how long the others are left alone.

import { Backoff } from '@vitalseal/retry';
import type { KnownSensors } from './known-sensors.ts';

/** Of a device of ours that went, or that did not answer. */
const returnBackoff = { firstMs: 200, mostMs: 10_000 };
/** Of one that has proved nothing. */
const strangerBackoff = { firstMs: 1000, mostMs: 60_000 };
const mostRemembered = 256;

interface Remembered {
  readonly backoff: Backoff;
  /** UTC ms of the machine. */
  restUntil: number;
}

export class RememberedDevices {
  readonly known: KnownSensors;
  readonly #devices = new Map<string, Remembered>();

  constructor(known: KnownSensors) {
    this.known = known;
  }

  of(id: string): Remembered {
    const backoff = new Backoff(this.known.has(id) ? returnBackoff : strangerBackoff);
    const device = this.#devices.get(id) ?? { backoff, restUntil: 0 };
    this.#devices.delete(id);
    this.#devices.set(id, device);
    const [oldest] = this.#devices.keys();
    if (this.#devices.size > mostRemembered && oldest !== undefined) this.#devices.delete(oldest);
    return device;
  }

  rests(id: string): boolean {
    return (this.#devices.get(id)?.restUntil ?? 0) > Date.now();
  }

  /** It has proved to be the patient's. */
  prove(id: string): void {
    if (!this.known.has(id)) this.#devices.delete(id);
    this.known.add(id);
    this.of(id).backoff.succeeded();
  }

  wakeStrangers(): void {
    for (const id of this.#devices.keys()) if (!this.known.has(id)) this.#devices.delete(id);
  }
}
