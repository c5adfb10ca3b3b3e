/** Refusals that belong to no commit (a record that no channel opened), counted durably a little later. */
import type { Database } from '../store/batch-statement.ts';
import { refusedPrefix } from '../store/counts.ts';
import type { Store } from '../store/open-store.ts';

export class UnopenedTally {
  readonly #store: Store;
  #waiting = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  add(code: string, count: number): void {
    this.#waiting.set(code, (this.#waiting.get(code) ?? 0) + count);
  }

  /** Keeps what it could not store for the next time. */
  async flush(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const counts = this.#waiting;
    this.#waiting = new Map();
    try {
      await this.#store.transaction(async (db: Database) => {
        for (const [code, count] of counts) await this.#store.tallies.add(db, refusedPrefix + code, count);
      });
    } catch (error) {
      for (const [code, count] of counts) this.add(code, count);
      throw error;
    }
  }
}
