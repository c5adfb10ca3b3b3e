// An authority's store in memory: for tests, and for a system on one machine that forgets itself when it ends.
import type { AuthorityStore, IndexKind, RecordKind } from './authority-store.ts';

export function memoryStore(): AuthorityStore {
  const records = new Map<RecordKind, Map<string, string>>();
  const indexes = new Map<IndexKind, Map<string, Set<string>>>();
  const watchers = new Set<() => void>();
  const ofKind = (kind: RecordKind): Map<string, string> => {
    const known = records.get(kind) ?? new Map<string, string>();
    records.set(kind, known);
    return known;
  };
  return {
    async create(kind, name, text) {
      const known = ofKind(kind);
      if (known.has(name)) return false;
      known.set(name, text);
      for (const watcher of watchers) watcher();
      return true;
    },
    async read(kind, name) {
      return ofKind(kind).get(name);
    },
    async names(kind) {
      return [...ofKind(kind).keys()];
    },
    async enter(index, heading, name) {
      const headings = indexes.get(index) ?? new Map<string, Set<string>>();
      indexes.set(index, headings.set(heading, (headings.get(heading) ?? new Set<string>()).add(name)));
    },
    async entered(index, heading) {
      return [...(indexes.get(index)?.get(heading) ?? [])];
    },
    async headings(index) {
      return [...(indexes.get(index)?.keys() ?? [])];
    },
    async remove(kind, name) {
      ofKind(kind).delete(name);
    },
    watch(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
  };
}
