// One command's changes, gathered and committed together; what the element holds in memory follows only after the
// commit, so memory never runs ahead of the store.

import type { Bytes } from '@vitalseal/protocol';
import type { Change, CommitPurpose, ElementStorage } from './element-storage.ts';

export class Transaction {
  readonly #changes = new Map<string, Bytes | null>();
  readonly #after: (() => void)[] = [];

  put(name: string, value: Bytes): void {
    this.#changes.set(name, value);
  }

  remove(name: string): void {
    this.#changes.set(name, null);
  }

  afterwards(work: () => void): void {
    this.#after.push(work);
  }

  async commit(storage: ElementStorage, purpose: CommitPurpose = 'upkeep'): Promise<void> {
    if (this.#changes.size > 0) {
      const changes: Change[] = [];
      for (const [name, value] of this.#changes) changes.push({ name, value });
      await storage.commit(changes, purpose);
    }
    for (const work of this.#after) work();
  }
}
