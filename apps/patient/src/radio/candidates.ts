// Devices that were heard, would be of a kind that is looked for, and have never proved to be the patient's. Whoever is in range
// can make up as many as he likes, under new addresses each moment: each has its turn, first the one that has been there longest,
// for what is made up in passing never is; every other time one that was tried before.

import type { FoundDevice } from '@vitalseal/ble/node';
import type { DeviceKind } from './device-kind.ts';

export interface Candidate {
  readonly found: FoundDevice;
  readonly kind: DeviceKind;
}

interface Heard extends Candidate {
  readonly first: number;
  readonly last: number;
}

/** The last that were heard: ours is heard again before so many others are. */
const mostKept = 2048;
const mostTried = 256;
/** Not heard for so long, it is not there. */
const goneMs = 3000;

/** Times are milliseconds that never go back. */
export class Candidates {
  /** In the order of the last time. */
  readonly #heard = new Map<string, Heard>();
  /** When it was, in the order of it. */
  readonly #tried = new Map<string, number>();
  #freshIsNext = true;

  hear(candidate: Candidate, now: number): void {
    const { id } = candidate.found;
    const before = this.#heard.get(id);
    const first = before !== undefined && now - before.last <= goneMs ? before.first : now;
    this.#heard.delete(id);
    this.#heard.set(id, { ...candidate, first, last: now });
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > mostKept && oldest !== undefined) this.#heard.delete(oldest);
  }

  /** The one whose turn it is, if any is there; it has to be heard again before it is taken again. */
  take(now: number): Candidate | undefined {
    for (const [id, { last }] of this.#heard) {
      if (now - last <= goneMs) break;
      this.#heard.delete(id);
    }
    const one = this.#freshIsNext ? (this.#fresh() ?? this.#again()) : (this.#again() ?? this.#fresh());
    if (!one) return undefined;
    const { id } = one.found;
    this.#freshIsNext = this.#tried.has(id);
    this.#heard.delete(id);
    this.#tried.delete(id);
    this.#tried.set(id, now);
    const [oldest] = this.#tried.keys();
    if (this.#tried.size > mostTried && oldest !== undefined) this.#tried.delete(oldest);
    return { found: one.found, kind: one.kind };
  }

  /** All of them are as if they had never been tried. */
  forgetTried(): void {
    this.#tried.clear();
  }

  #fresh(): Heard | undefined {
    let longest: Heard | undefined;
    for (const one of this.#heard.values()) {
      if (!this.#tried.has(one.found.id) && (!longest || heardFor(one) > heardFor(longest))) longest = one;
    }
    return longest;
  }

  #again(): Heard | undefined {
    for (const id of this.#tried.keys()) {
      const one = this.#heard.get(id);
      if (one) return one;
    }
    return undefined;
  }
}

function heardFor({ first, last }: Heard): number {
  return last - first;
}
