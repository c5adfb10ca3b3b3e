/**
 * The keys of a hospital that is running: `vitalseal hospital rotate` replaces them beside it, and within a second or two
 * everyone here uses the new ones. Nobody keeps a key of theirs: they ask here each time.
 */
import type { OwnCredential } from '@vitalseal/protocol';
import type { Store } from '../store/open-store.ts';
import { credentialOf, type HospitalKeys } from './hospital-keys.ts';

/** A tally that grows with each replacement of a key. */
export const keysTally = 'keys';
/** A setting: as far as which replacement the serving hospital has come. */
export const keysTakenSetting = 'keys-taken';

export interface LiveKeysOptions {
  readonly keys: HospitalKeys;
  readonly store: Store;
  readonly onProblem: (error: unknown) => void;
}

type Listener = (keys: HospitalKeys) => Promise<void> | void;

export class LiveKeys {
  readonly #store: Store;
  readonly #onProblem: (error: unknown) => void;
  readonly #listeners: Listener[] = [];
  #current: HospitalKeys;
  #own: OwnCredential;
  #seen: number | undefined;
  #taking: Promise<void> | undefined;

  constructor({ keys, store, onProblem }: LiveKeysOptions) {
    this.#store = store;
    this.#onProblem = onProblem;
    this.#current = keys;
    this.#own = credentialOf(keys);
  }

  get current(): HospitalKeys {
    return this.#current;
  }

  /** Certificate and key as one: a handshake that has begun ends with the one that it began with. */
  get own(): OwnCredential {
    return this.#own;
  }

  /** Told of each replacement, after it is in force here. */
  onReplaced(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Begins to take over what was replaced, if anything was: a TPM that is slow, or gone, keeps nobody waiting. */
  look(): void {
    this.#taking ??= this.#take()
      .catch(this.#onProblem)
      .finally(() => {
        this.#taking = undefined;
      });
  }

  async idle(): Promise<void> {
    await this.#taking;
  }

  async #take(): Promise<void> {
    const { tallies, settings } = this.#store;
    const tally = (await tallies.get(keysTally)) ?? 0;
    if (tally === this.#seen) return;
    // At the first look nobody knows what was replaced between the reading of the keys and now.
    const keys = await this.#current.reread?.();
    if (keys !== undefined) {
      this.#current = keys;
      this.#own = credentialOf(keys);
      for (const listener of this.#listeners) await listener(keys);
    }
    this.#seen = tally;
    await settings.set(keysTakenSetting, String(tally));
  }
}
