// A store that counts what is asked of it, and that ends, as a process does that is killed, at any one write.
import type { AuthorityStore } from './authority-store.ts';

export interface Cost {
  /** Calls of the store. */
  readonly calls: number;
  /** Names that it listed. */
  readonly names: number;
  /** Characters read and written. */
  readonly characters: number;
}

export class CountedStore {
  readonly store: AuthorityStore;
  #calls = 0;
  #names = 0;
  #characters = 0;

  constructor(inner: AuthorityStore) {
    const listed = async (asked: Promise<readonly string[]>): Promise<readonly string[]> => {
      const names = await asked;
      this.#calls += 1;
      this.#names += names.length;
      return names;
    };
    const moved = (text = ''): void => {
      this.#calls += 1;
      this.#characters += text.length;
    };
    this.store = {
      create(kind, name, text) {
        moved(text);
        return inner.create(kind, name, text);
      },
      async read(kind, name) {
        const text = await inner.read(kind, name);
        moved(text);
        return text;
      },
      names: (kind) => listed(inner.names(kind)),
      enter(index, heading, name) {
        moved();
        return inner.enter(index, heading, name);
      },
      entered: (index, heading) => listed(inner.entered(index, heading)),
      headings: (index) => listed(inner.headings(index)),
      remove: (kind, name) => inner.remove(kind, name),
      watch: (onChange) => inner.watch(onChange),
    };
  }

  /** Of all that was asked since it was last taken. */
  take(): Cost {
    const cost = { calls: this.#calls, names: this.#names, characters: this.#characters };
    this.#calls = 0;
    this.#names = 0;
    this.#characters = 0;
    return cost;
  }
}

export class Killed extends Error {}

/** @param writes how many are done before the end: the next one is not, nor is anything after it */
export function killedAfter(inner: AuthorityStore, writes: number): AuthorityStore {
  let left = writes;
  const alive = (): void => {
    if (left-- <= 0) throw new Killed('killed here on purpose');
  };
  return {
    ...inner,
    async create(kind, name, text) {
      alive();
      return inner.create(kind, name, text);
    },
    async enter(index, heading, name) {
      alive();
      return inner.enter(index, heading, name);
    },
    async remove(kind, name) {
      alive();
      return inner.remove(kind, name);
    },
  };
}
