/**
 * Which rows of a batch were new, from what the store returned of them. Both databases return inserted rows in the order
 * they were given, so the next one is looked at first; the standard promises no order, so a row out of place is searched.
 */
import type { NewReading, StoredOrigin } from '../store/readings.ts';

export class NewNumbers {
  readonly #stored: readonly StoredOrigin[];
  #next = 0;
  #byOrigin: Map<string, number> | undefined;

  constructor(stored: readonly StoredOrigin[]) {
    this.#stored = stored;
  }

  /** The number of a row that was stored. Of two rows with one origin the first has it, and the second is a duplicate. */
  take(row: Pick<NewReading, 'stream' | 'sequence'>): number | undefined {
    const next = this.#stored[this.#next];
    if (this.#byOrigin === undefined && next?.stream === row.stream && next.sequence === row.sequence) {
      this.#next += 1;
      return next.number;
    }
    this.#byOrigin ??= new Map(this.#stored.slice(this.#next).map((stored) => [keyOf(stored), stored.number]));
    const key = keyOf(row);
    const number = this.#byOrigin.get(key);
    this.#byOrigin.delete(key);
    return number;
  }
}

function keyOf({ stream, sequence }: Pick<NewReading, 'stream' | 'sequence'>): string {
  return `${stream}/${sequence}`;
}
