// The one place a page or a program reads from: an immutable Ward, replaced on each change.
import type { Identity } from '@vitalseal/protocol';
import type { Ward } from './ward.ts';

export class WardStore {
  #ward: Ward;
  readonly #listeners = new Set<() => void>();

  constructor(ward: Ward) {
    this.#ward = ward;
  }

  // Fields, not methods: React takes them without their object.
  readonly get = (): Ward => this.#ward;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(next: (ward: Ward) => Ward): void {
    const before = this.#ward;
    this.#ward = next(before);
    if (this.#ward === before) return;
    for (const listener of this.#listeners) listener();
  }
}

export function emptyWard(self: Identity, now: number): Ward {
  return {
    self,
    link: { kind: 'connecting', since: now },
    patients: new Map(),
    alarms: new Map(),
    dispatches: new Map(),
    unusable: { count: 0 },
    complete: false,
  };
}
