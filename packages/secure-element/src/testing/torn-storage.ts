// Storage that loses power at a chosen commit: just before it happens, or just after, when nobody is told.

import type { Change, CommitPurpose, ElementStorage } from '../storage/element-storage.ts';

export class PowerLost extends Error {
  constructor() {
    super('the power was lost');
  }
}

export interface TornStorage extends ElementStorage {
  readonly commits: number;
}

/** @param failAt number of the commit, from 1; 0 never fails */
export function tornStorage(inner: ElementStorage, failAt: number, moment: 'before' | 'after'): TornStorage {
  let commits = 0;
  return {
    get commits() {
      return commits;
    },
    read: (name) => inner.read(name),
    list: (prefix) => inner.list(prefix),
    async commit(changes: readonly Change[], purpose?: CommitPurpose) {
      commits += 1;
      if (commits === failAt && moment === 'before') throw new PowerLost();
      await inner.commit(changes, purpose);
      if (commits === failAt) throw new PowerLost();
    },
    close: () => inner.close(),
  };
}
