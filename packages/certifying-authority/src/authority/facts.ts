// Facts of one kind, those asked for lately kept in memory: they never change, so they need not be read again.
import { BoundedMap } from '../path/bounded-map.ts';
import type { AuthorityStore, RecordKind } from './authority-store.ts';

/** Some 3 KB each. */
const mostKept = 4096;

export class Facts<Fact> {
  readonly #store: AuthorityStore;
  readonly #kind: RecordKind;
  readonly #parse: (text: string) => Fact;
  readonly #known = new BoundedMap<Fact>(mostKept);

  constructor(store: AuthorityStore, kind: RecordKind, parse: (text: string) => Fact) {
    this.#store = store;
    this.#kind = kind;
    this.#parse = parse;
  }

  async get(name: string): Promise<Fact | undefined> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const text = await this.#store.read(this.#kind, name);
    if (text === undefined) return undefined;
    const fact = this.#parse(text);
    this.#known.set(name, fact);
    return fact;
  }
}
