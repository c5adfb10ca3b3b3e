// Facts of one kind, each read once: they never change, so only names that are new cost a read.
import type { AuthorityStore, RecordKind } from './authority-store.ts';

export class FactIndex<Fact> {
  readonly #store: AuthorityStore;
  readonly #kind: RecordKind;
  readonly #parse: (text: string) => Fact;
  readonly #known = new Map<string, Fact>();

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

  async all(): Promise<Fact[]> {
    const facts: Fact[] = [];
    for (const name of await this.#store.names(this.#kind)) {
      const fact = await this.get(name);
      if (fact !== undefined) facts.push(fact);
    }
    return facts;
  }
}
