/** The numbers under which the store knows the streams of readings, remembered so that a reading costs no look-up. */
import {
  type Bytes,
  bytesToHex,
  equalBytes,
  formatIdentity,
  type Identity,
  type Origin,
  sameIdentity,
} from '@vitalseal/protocol';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';

export interface StreamOrigin {
  readonly patient: number;
  readonly source: string;
  readonly channel: Bytes;
}

interface Stream {
  readonly source: Identity;
  readonly channel: Bytes;
  readonly number: number;
}

const remembered = 100_000;

function keyOf(patient: number, source: string, channel: Bytes): string {
  return `${patient} ${source} ${bytesToHex(channel)}`;
}

export class StreamNumbers {
  readonly #store: Store;
  readonly #numbers = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The stream of the patient's last reading: mostly that of the next one, too, and found without making a key. */
  readonly #last = new Map<number, Stream>();

  /** The number of an origin met before. */
  known(patient: number, { source, channel }: Origin): number | undefined {
    const last = this.#last.get(patient);
    if (last !== undefined && sameIdentity(last.source, source) && equalBytes(last.channel, channel))
      return last.number;
    const number = this.#numbers.get(keyOf(patient, formatIdentity(source), channel));
    if (number !== undefined) this.#last.set(patient, { source, channel, number });
    return number;
  }

  /** Numbers given in this transaction count only once it is committed: keep them with `committed`. */
  draft(db: Database, onOpened: (stream: StreamOrigin & { readonly number: number }) => void): StreamNumbersDraft {
    const fresh = new Map<string, number>();
    return {
      numberOf: async (origin) => {
        const key = keyOf(origin.patient, origin.source, origin.channel);
        const known = this.#numbers.get(key) ?? fresh.get(key);
        if (known !== undefined) return known;
        const number = await this.#store.streams.numberOf(db, origin, (opened) =>
          onOpened({ ...origin, number: opened }),
        );
        fresh.set(key, number);
        return number;
      },
      committed: () => {
        if (fresh.size === 0) return;
        if (this.#numbers.size + fresh.size > remembered) {
          this.#numbers.clear();
          this.#last.clear();
        }
        for (const [key, number] of fresh) this.#numbers.set(key, number);
      },
    };
  }
}

export interface StreamNumbersDraft {
  numberOf(origin: StreamOrigin): Promise<number>;
  committed(): void;
}
