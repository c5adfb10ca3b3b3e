/**
 * Sealing and opening of the store's columns, each under the data key of the patient it is about, or under the hospital's
 * own. Sealing waits for nothing once the key is in memory.
 */
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { DataKeys, OnRefused } from './data-keys.ts';
import { type DataKey, keyVersionOf, type Owner, openValue, type Place, sealValue } from './sealed-value.ts';

export interface SealedCell {
  readonly owner: Owner;
  readonly sealed: Uint8Array | null;
}

const decoder = new TextDecoder();

export class Sealing {
  readonly keys: DataKeys;
  readonly #onRefused: OnRefused;

  constructor(keys: DataKeys, onRefused: OnRefused) {
    this.keys = keys;
    this.#onRefused = onRefused;
  }

  /** Whether there is a key of this owner's in memory: not of one who was erased. */
  has(owner: Owner): boolean {
    return this.keys.current(owner) !== undefined;
  }

  /** Before sealing or opening: reads the keys that are not in memory yet. */
  async ready(db: Database, owners: Iterable<Owner>): Promise<void> {
    const missing = [...new Set(owners)].filter((owner) => !this.has(owner));
    if (missing.length > 0) await this.keys.load(db, missing);
  }

  /** Before opening: also where a newer version has sealed than those in memory. */
  async readyToOpen(db: Database, cells: Iterable<SealedCell>): Promise<void> {
    const missing = new Set<Owner>();
    for (const { owner, sealed } of cells) {
      if (sealed !== null && !missing.has(owner) && this.#keyOf(owner, sealed) === undefined) missing.add(owner);
    }
    if (missing.size > 0) await this.keys.load(db, [...missing]);
  }

  /** @throws HospitalError `data-key-missing` */
  seal(owner: Owner, place: Place, value: Uint8Array): Bytes {
    const key = this.keys.current(owner);
    if (key === undefined) throw new HospitalError('data-key-missing', 'expected a data key to seal under');
    return sealValue(key, place, value);
  }

  sealText(owner: Owner, place: Place, text: string): Bytes {
    return this.seal(owner, place, Buffer.from(text));
  }

  /** @throws HospitalError `sealed-value-refused`, `data-key-missing` */
  open(owner: Owner, place: Place, sealed: Uint8Array): Bytes {
    const key = this.keys.find(owner, keyVersionOf(sealed));
    if (key === undefined) throw new HospitalError('data-key-missing', 'expected the data key that sealed a value');
    return openValue(key, place, sealed);
  }

  openText(owner: Owner, place: Place, sealed: Uint8Array): string {
    return decoder.decode(this.open(owner, place, sealed));
  }

  /** As `open`, but what does not open is told of and empty: one spoilt row must not keep the others from being read. */
  openOrEmpty(owner: Owner, place: Place, sealed: Uint8Array): Bytes {
    try {
      return this.open(owner, place, sealed);
    } catch (error) {
      this.refused(error);
      return new Uint8Array();
    }
  }

  /** Tells of something that did not open. */
  refused(error: unknown): void {
    this.#onRefused(error);
  }

  openTextOrEmpty(owner: Owner, place: Place, sealed: Uint8Array): string {
    return decoder.decode(this.openOrEmpty(owner, place, sealed));
  }

  #keyOf(owner: Owner, sealed: Uint8Array): DataKey | undefined {
    try {
      return this.keys.find(owner, keyVersionOf(sealed));
    } catch {
      // Whoever opens it will say so; no key would help.
      return this.keys.current(owner);
    }
  }
}
