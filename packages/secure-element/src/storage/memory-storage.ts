// Storage that lives as long as the process: for simulated devices that may forget, and for tests.

import type { Bytes } from '@vitalseal/protocol';
import type { Change, ElementStorage } from './element-storage.ts';

export function memoryStorage(): ElementStorage {
  const values = new Map<string, Bytes>();
  return {
    read: (name) => values.get(name),
    list: (prefix) => [...values.keys()].filter((name) => name.startsWith(prefix)).sort(),
    commit(changes: readonly Change[]) {
      for (const { name, value } of changes) {
        if (value === null) values.delete(name);
        else values.set(name, value);
      }
    },
    close() {},
  };
}
