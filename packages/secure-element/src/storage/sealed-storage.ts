// Everything at rest is sealed under the device's local key: AES-256-GCM, bound to its name, so that a value moved
// under another name does not open.
//
// A nonce never repeats by construction, even when an old copy of the store is put back: each opening draws 32 random
// bytes, derives a key of its own from them and the local key, and counts its nonces from zero. The random bytes
// travel with each value, so what an earlier opening sealed is still read.

import {
  type AeadKey,
  type Bytes,
  bytesToHex,
  concatBytes,
  hkdfExpand,
  hkdfExtract,
  importAesGcmKey,
  ProtocolError,
  randomBytes,
} from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';
import type { Change, ElementStorage } from './element-storage.ts';
import { readAll } from './read-all.ts';

const saltLength = 32;
const counterLength = 8;
const headerLength = saltLength + counterLength;
const tagLength = 16;
const cachedKeys = 64;
const text = new TextEncoder();
const keyInfo = text.encode('vitalseal at rest v1') as Bytes;

/** @param localKey 32 bytes that never leave the device */
export async function sealedStorage(inner: ElementStorage, localKey: Bytes): Promise<ElementStorage> {
  const salt = randomBytes(saltLength);
  const sealingKey = await keyFor(localKey, salt);
  const openingKeys = new Map<string, AeadKey>([[bytesToHex(salt), sealingKey]]);
  let sealedValues = 0n;

  async function seal(name: string, value: Bytes): Promise<Bytes> {
    const nonce = nonceOf(sealedValues);
    sealedValues += 1n;
    return concatBytes(
      salt,
      nonce.subarray(12 - counterLength),
      await sealingKey.seal(nonce, text.encode(name) as Bytes, value),
    );
  }

  async function openingKey(valueSalt: Bytes): Promise<AeadKey> {
    const id = bytesToHex(valueSalt);
    const known = openingKeys.get(id);
    if (known) return known;
    const derived = await keyFor(localKey, valueSalt);
    if (openingKeys.size >= cachedKeys) openingKeys.clear();
    openingKeys.set(id, derived);
    return derived;
  }

  async function opened(name: string, stored: Bytes | undefined): Promise<Bytes | undefined> {
    if (stored === undefined) return undefined;
    if (stored.length < headerLength + tagLength) {
      throw new SecureElementError('storage-malformed', 'expected a sealed value in the store');
    }
    const nonce = new Uint8Array(12);
    nonce.set(stored.subarray(saltLength, headerLength), 12 - counterLength);
    const key = await openingKey(stored.slice(0, saltLength));
    try {
      return await key.open(nonce, text.encode(name) as Bytes, stored.slice(headerLength));
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      throw new SecureElementError(
        'storage-sealed-by-another-key',
        'expected a store sealed under the key file beside it',
        { cause },
      );
    }
  }

  return {
    read: async (name) => opened(name, await inner.read(name)),
    async readAll(names) {
      const stored = await readAll(inner, names);
      return Promise.all(names.map((name, index) => opened(name, stored[index])));
    },
    list: (prefix) => inner.list(prefix),
    async commit(changes, purpose) {
      // All at once: a browser seals on threads of its own, and is waited for once.
      const sealed = changes.map(
        async ({ name, value }): Promise<Change> => ({ name, value: value === null ? null : await seal(name, value) }),
      );
      await inner.commit(await Promise.all(sealed), purpose);
    },
    close: () => inner.close(),
  };
}

async function keyFor(localKey: Bytes, salt: Bytes): Promise<AeadKey> {
  return importAesGcmKey(await hkdfExpand(await hkdfExtract(salt, localKey), keyInfo, 32));
}

function nonceOf(counter: bigint): Bytes {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(12 - counterLength, counter);
  return nonce;
}
