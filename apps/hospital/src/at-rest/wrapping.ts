/**
 * The keys that wrap the data keys: released by the key store once, at start. Each purpose has a key of its own, derived
 * from it, so that what is wrapped for one is never taken for another's.
 */
import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { type DataKey, type Owner, openValue, sealValue } from './sealed-value.ts';

export interface WrappingKey {
  /** Counts up with each rotation. */
  readonly version: number;
  /** 32 bytes. */
  readonly key: KeyObject;
}

/** Newest first. */
export type WrappingKeys = readonly WrappingKey[];

export type Purpose = 'data keys' | 'backup' | 'anchor';

const keyLength = 32;

/** HKDF (RFC 5869) with SHA-256. */
export function keyFor(purpose: Purpose, { version, key }: WrappingKey): DataKey {
  const derived = hkdfSync('sha256', key, new Uint8Array(), `vitalseal at rest: ${purpose}`, keyLength);
  return { owner: 0, version, key: createSecretKey(Buffer.from(derived)) };
}

/** @throws HospitalError `wrapping-key-unknown` */
export function newest(keys: WrappingKeys): WrappingKey {
  const [first] = keys;
  if (first === undefined) throw unknownWrappingKey();
  return first;
}

/** @throws HospitalError `wrapping-key-unknown` */
export function ofVersion(keys: WrappingKeys, version: number): WrappingKey {
  const found = keys.find((each) => each.version === version);
  if (found === undefined) throw unknownWrappingKey();
  return found;
}

export interface WrappedKey {
  readonly owner: Owner;
  readonly version: number;
  readonly wrapping_version: number;
  readonly wrapped: Bytes;
}

const place = (owner: Owner, version: number) => ['data_keys', 'wrapped', owner, version] as const;

export function wrapDataKey(wrapping: WrappingKey, owner: Owner, version: number, raw: Uint8Array): WrappedKey {
  const wrapped = sealValue(keyFor('data keys', wrapping), place(owner, version), raw);
  return { owner, version, wrapping_version: wrapping.version, wrapped };
}

export function newDataKey(wrapping: WrappingKey, owner: Owner, version: number): WrappedKey {
  const raw = randomBytes(keyLength);
  const wrapped = wrapDataKey(wrapping, owner, version, raw);
  raw.fill(0);
  return wrapped;
}

function unknownWrappingKey(): HospitalError {
  return new HospitalError(
    'wrapping-key-unknown',
    "expected the key store to hold the key that wraps the store's data",
  );
}

/** Opens wrapped keys: each wrapping key is derived from once, however many data keys there are. */
export class Unwrapper {
  readonly #keys: WrappingKeys;
  readonly #derived = new Map<number, DataKey>();

  constructor(keys: WrappingKeys) {
    this.#keys = keys;
  }

  /** @throws HospitalError `wrapping-key-unknown`, `sealed-value-refused` */
  unwrap({ owner, version, wrapping_version, wrapped }: WrappedKey): DataKey {
    const raw = this.raw({ owner, version, wrapping_version, wrapped });
    const key = createSecretKey(raw);
    raw.fill(0);
    return { owner, version, key };
  }

  raw({ owner, version, wrapping_version, wrapped }: WrappedKey): Bytes {
    let wrapping = this.#derived.get(wrapping_version);
    if (wrapping === undefined) {
      wrapping = keyFor('data keys', ofVersion(this.#keys, wrapping_version));
      this.#derived.set(wrapping_version, wrapping);
    }
    return openValue(wrapping, place(owner, version), wrapped);
  }
}
