// The one place that a page or a program reads a part from: an immutable value, replaced on each change.
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  // Fields, not methods: React takes them without their object.
  readonly get = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(next: (value: T) => T): void {
    const before = this.#value;
    this.#value = next(before);
    if (this.#value === before) return;
    for (const listener of this.#listeners) listener();
  }
}

export type ReadStore<T> = Pick<Store<T>, 'get' | 'subscribe'>;
