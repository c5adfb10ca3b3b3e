// The page's custody: IndexedDB stores a non-extractable CryptoKey as a handle, so that a reload finds the key again
// and no script can read it.
import { generateKeyPair, type KeyPair } from '@vitalseal/certifying-authority';
import { formatIdentity, parseIdentity } from '@vitalseal/protocol';
import type { DeviceCredential, DeviceSession, KeyCustody } from '../custody/key-custody.ts';
import { ClinicianError } from '../errors.ts';

/** What stands in the store: an identity as text, since a record outlives a release. */
interface Kept {
  readonly identity: string;
  readonly privateKey: CryptoKey;
  readonly chain: readonly Uint8Array<ArrayBuffer>[];
  readonly root: Uint8Array<ArrayBuffer>;
  readonly session?: DeviceSession;
}

interface Pending {
  readonly identity: string;
  readonly keyPair: KeyPair;
}

const storeName = 'device';
const credentialKey = 'credential';
const pendingKey = 'enrolment';
const trustedKey = 'trusted-root';

/** One database a page: those of the doctor, the ambulance and the office share an origin. */
export function indexedDbCustody(page: 'doctor' | 'ambulance' | 'office'): KeyCustody {
  const database = new KeyDatabase(`vitalseal-${page}`);
  return {
    keyFor: async (identity) => {
      const name = formatIdentity(identity);
      const pending = await database.ask<Pending | undefined>('readonly', (store) => store.get(pendingKey));
      if (pending?.identity === name) return pending.keyPair;
      const keyPair = await generateKeyPair({ extractable: false });
      await database.ask('readwrite', (store) => store.put({ identity: name, keyPair } satisfies Pending, pendingKey));
      return keyPair;
    },
    newKey: () => generateKeyPair({ extractable: false }),
    load: async () => {
      const kept = await database.ask<Kept | undefined>('readonly', (store) => store.get(credentialKey));
      return kept && { ...kept, identity: parseIdentity(kept.identity) };
    },
    keep: async ({ identity, ...credential }: DeviceCredential) => {
      const kept: Kept = { ...credential, identity: formatIdentity(identity) };
      await database.ask('readwrite', (store) => {
        store.delete(pendingKey);
        return store.put(kept, credentialKey);
      });
    },
    forget: async () => {
      await database.ask('readwrite', (store) => {
        store.delete(pendingKey);
        return store.delete(credentialKey);
      });
    },
    trustedRoot: () => database.ask<string | undefined>('readonly', (store) => store.get(trustedKey)),
    trustRoot: async (fingerprint) => {
      await database.ask('readwrite', (store) => store.put(fingerprint, trustedKey));
    },
  };
}

class KeyDatabase {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  async ask<T>(mode: IDBTransactionMode, request: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await this.#open();
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction(storeName, mode, { durability: 'strict' });
        const answer = request(transaction.objectStore(storeName));
        transaction.oncomplete = () => resolve(answer.result);
        transaction.onabort = () => reject(unavailable(transaction.error));
      });
    } finally {
      database.close();
    }
  }

  #open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(storeName);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(unavailable(request.error));
    });
  }
}

function unavailable(cause: unknown): ClinicianError {
  return new ClinicianError('key-store-unavailable', 'expected a browser that keeps keys for this page', { cause });
}
