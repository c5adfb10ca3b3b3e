/**
 * The data keys of patients and of the hospital, unwrapped and in memory as long as the store is open. A patient's key is
 * what a patient's data is: who erases the one has erased the other.
 */
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { DataKeyRows } from '../store/data-keys.ts';
import { type DataKey, highestKeyVersion, type Owner } from './sealed-value.ts';
import { newDataKey, newest, Unwrapper, type WrappedKey, type WrappingKeys } from './wrapping.ts';

export type OnRefused = (error: unknown) => void;

/** The wrapping keys as they are by now: another process may have rotated them. */
export type WrappingKeysNow = () => Promise<WrappingKeys>;

interface Unwrapped {
  readonly key: DataKey;
  /** As it stood in the store. */
  readonly wrapped: Bytes;
}

export class DataKeys {
  #wrappingKeys: WrappingKeys;
  #unwrapper: Unwrapper;
  readonly #wrappingKeysNow: WrappingKeysNow | undefined;
  readonly #rows: DataKeyRows;
  readonly #onRefused: OnRefused;
  readonly #current = new Map<Owner, DataKey>();
  readonly #all = new Map<Owner, Map<number, Unwrapped>>();

  constructor(wrappingKeys: WrappingKeys, rows: DataKeyRows, onRefused: OnRefused, wrappingKeysNow?: WrappingKeysNow) {
    this.#wrappingKeys = wrappingKeys;
    this.#wrappingKeysNow = wrappingKeysNow;
    this.#unwrapper = new Unwrapper(wrappingKeys);
    this.#rows = rows;
    this.#onRefused = onRefused;
  }

  /** The key that is sealed under now, if it is in memory. */
  current(owner: Owner): DataKey | undefined {
    return this.#current.get(owner);
  }

  find(owner: Owner, version: number): DataKey | undefined {
    return this.#all.get(owner)?.get(version)?.key;
  }

  /** Reads the keys of these owners: what waits for it is only what does not have them yet. */
  async load(db: Database, owners: readonly Owner[]): Promise<void> {
    const rows = await this.#rows.ofOwners(db, owners);
    await this.#knowWrappings(rows);
    for (const row of rows) this.#take(row);
  }

  /** Makes memory what the store has: keys that were added are there, and erased ones are gone. */
  async refresh(db: Database): Promise<void> {
    const stored = await this.#rows.all(db);
    const kept = new Map(stored.map((row) => [`${row.owner}/${row.version}`, row]));
    const changed: WrappedKey[] = [];
    for (const [owner, versions] of this.#all) {
      for (const [version, { wrapped }] of [...versions]) {
        const row = kept.get(`${owner}/${version}`);
        if (row === undefined) this.forget(owner, version);
        else if (!equalBytes(row.wrapped, wrapped)) changed.push(row);
      }
    }
    if (changed.length > 0) await this.#exchange(changed);
    const unknown = stored.filter(({ owner, version }) => this.find(owner, version) === undefined);
    if (unknown.length > 0) await this.load(db, [...new Set(unknown.map(({ owner }) => owner))]);
  }

  /** Every version of an owner's, out of memory. */
  forgetAll(owner: Owner): void {
    this.#all.delete(owner);
    this.#current.delete(owner);
  }

  /** Out of memory, without a word to the store. */
  forget(owner: Owner, version: number): void {
    const versions = this.#all.get(owner);
    versions?.delete(version);
    if (versions === undefined || versions.size === 0) {
      this.#all.delete(owner);
      this.#current.delete(owner);
      return;
    }
    const left = versions.get(Math.max(...versions.keys()));
    if (left !== undefined) this.#current.set(owner, left.key);
  }

  /**
   * The key to seal under, inside a transaction; made if there is none. A new one is not kept in memory, since the
   * transaction may still come to nothing, and what is sealed under a key that was never stored is lost.
   */
  async currentIn(db: Database, owner: Owner): Promise<DataKey> {
    const rows = await this.#rows.ofOwners(db, [owner]);
    await this.#knowWrappings(rows);
    const newestRow = rows.at(-1);
    return newestRow === undefined ? this.add(db, owner) : this.#unwrapper.unwrap(newestRow);
  }

  /** A new version, under which everything is sealed from now on; older ones go on opening what they sealed. */
  async add(db: Database, owner: Owner): Promise<DataKey> {
    // Under the newest wrapping key there is: the one before may be about to be destroyed.
    await this.#askForWrappingKeys();
    const versions = (await this.#rows.ofOwners(db, [owner])).map(({ version }) => version);
    const version = Math.max(0, ...versions) + 1;
    if (version > highestKeyVersion)
      throw new HospitalError('data-key-missing', 'expected fewer versions of a data key');
    await this.#rows.add(db, newDataKey(newest(this.#wrappingKeys), owner, version));
    // Perhaps another process was quicker: then its key is the one.
    const stored = (await this.#rows.ofOwners(db, [owner])).find((row) => row.version === version);
    if (stored === undefined) throw new HospitalError('data-key-missing', 'expected a data key that was stored');
    return this.#unwrapper.unwrap(stored);
  }

  /** They were wrapped anew, or whoever was erased and admitted again has another key under the same version. */
  async #exchange(rows: readonly WrappedKey[]): Promise<void> {
    try {
      await this.#knowWrappings(rows);
      const exchanged = rows.map((row) => ({ row, key: this.#unwrapper.unwrap(row) }));
      // Without a wait in between: readings are sealed under these all the time.
      for (const { row, key } of exchanged) this.#keep(row, key);
    } catch (error) {
      this.#onRefused(error);
    }
  }

  async #knowWrappings(rows: readonly WrappedKey[]): Promise<void> {
    const known = new Set(this.#wrappingKeys.map(({ version }) => version));
    if (rows.some(({ wrapping_version }) => !known.has(wrapping_version))) await this.#askForWrappingKeys();
  }

  async #askForWrappingKeys(): Promise<void> {
    if (this.#wrappingKeysNow === undefined) return;
    this.#wrappingKeys = await this.#wrappingKeysNow();
    this.#unwrapper = new Unwrapper(this.#wrappingKeys);
  }

  #take(row: WrappedKey): void {
    const { owner, version } = row;
    if (this.find(owner, version) !== undefined) return;
    let key: DataKey;
    try {
      key = this.#unwrapper.unwrap(row);
    } catch (error) {
      // Without the wrapping key nothing at all can be read: that is no matter of one patient.
      if (error instanceof HospitalError && error.code === 'wrapping-key-unknown') throw error;
      this.#onRefused(error);
      return;
    }
    this.#keep(row, key);
  }

  #keep({ owner, version, wrapped }: WrappedKey, key: DataKey): void {
    const versions = this.#all.get(owner) ?? new Map<number, Unwrapped>();
    this.#all.set(owner, versions.set(version, { key, wrapped }));
    const current = this.#current.get(owner);
    if (current === undefined || current.version <= version) this.#current.set(owner, key);
  }
}
