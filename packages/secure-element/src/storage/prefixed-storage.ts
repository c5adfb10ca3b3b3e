// One store for several owners: each sees its own names only. Closing it is for whoever opened the store below.

import type { ElementStorage } from './element-storage.ts';
import { readAll } from './read-all.ts';

export function prefixedStorage(inner: ElementStorage, prefix: string): ElementStorage {
  return {
    read: (name) => inner.read(prefix + name),
    readAll: (names) =>
      readAll(
        inner,
        names.map((name) => prefix + name),
      ),
    async list(begin) {
      const names = await inner.list(prefix + begin);
      return names.map((name) => name.slice(prefix.length));
    },
    commit: (changes, purpose) =>
      inner.commit(
        changes.map(({ name, value }) => ({ name: prefix + name, value })),
        purpose,
      ),
    close() {},
  };
}
