/** The numbers under which the store knows the streams of readings, remembered so that a reading costs no look-up. */
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';

export interface StreamOrigin {
  readonly patient: number;
  readonly source: string;
  readonly channel: Bytes;
}

const remembered = 100_000;

export class StreamNumbers {
  readonly #store: Store;
  readonly #numbers = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Numbers given in this transaction count only once it is committed: keep them with `committed`. */
  draft(db: Database): StreamNumbersDraft {
    const fresh = new Map<string, number>();
    return {
      numberOf: async (origin) => {
        const key = `${origin.patient} ${origin.source} ${bytesToHex(origin.channel)}`;
        const known = this.#numbers.get(key) ?? fresh.get(key);
        if (known !== undefined) return known;
        const number = await this.#store.streams.numberOf(db, origin);
        fresh.set(key, number);
        return number;
      },
      committed: () => {
        if (fresh.size === 0) return;
        if (this.#numbers.size + fresh.size > remembered) this.#numbers.clear();
        for (const [key, number] of fresh) this.#numbers.set(key, number);
      },
    };
  }
}

export interface StreamNumbersDraft {
  numberOf(origin: StreamOrigin): Promise<number>;
  committed(): void;
}
