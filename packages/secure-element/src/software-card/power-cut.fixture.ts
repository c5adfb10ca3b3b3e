// A store whose power is cut at a chosen commit, just before it happens or just after: from then on nothing reaches it.

import type { ElementStorage } from '../storage/element-storage.ts';
import { PowerLost } from '../testing/torn-storage.ts';

export type Moment = 'before' | 'after';

export class PowerSupply {
  readonly #cutAt: number;
  readonly #moment: Moment;
  commits = 0;
  lost = false;

  /** @param cutAt number of the commit, from 1; 0 never */
  constructor(cutAt: number, moment: Moment) {
    this.#cutAt = cutAt;
    this.#moment = moment;
  }

  /** Closing it closes nothing: the next program finds the store as it was left. */
  supply(inner: ElementStorage): ElementStorage {
    return {
      read: (name) => this.#whilePowered(() => inner.read(name)),
      list: (prefix) => this.#whilePowered(() => inner.list(prefix)),
      commit: async (changes, purpose) => {
        await this.#whilePowered(() => {});
        this.commits += 1;
        const cut = this.commits === this.#cutAt;
        if (!cut || this.#moment === 'after') await inner.commit(changes, purpose);
        if (!cut) return;
        this.lost = true;
        throw new PowerLost();
      },
      close() {},
    };
  }

  async #whilePowered<T>(work: () => T): Promise<Awaited<T>> {
    if (this.lost) throw new PowerLost();
    return await work();
  }
}
