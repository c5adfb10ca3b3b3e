// The card's memory in a browser: one object store, a strict transaction for each commit, and a Web Lock so that a second
// tab does not run the same card. The lock ends with the Worker, however that ends.

import type { Bytes } from '@vitalseal/protocol';
import { SecureElementError } from '../../errors.ts';
import type { Change, CommitPurpose, ElementStorage } from '../../storage/element-storage.ts';
import { RoomForGrowth } from './room-for-growth.ts';

const values = 'element';
const keys = 'keys';
const deviceKeyName = 'device';

export interface CardDatabase {
  readonly storage: ElementStorage;
  /** The one that is here, or the new one: stored as a handle, which no script can read. */
  deviceKey(make: () => Promise<CryptoKey>): Promise<CryptoKey>;
}

/**
 * @param lost told when the browser takes the store away from under the card: for want of room, or by the patient's own hand
 * @throws SecureElementError `storage-in-use` while another tab has the card, `storage-failed`
 */
export async function openCardDatabase(
  name: string,
  lost: (error: SecureElementError) => void = () => {},
): Promise<CardDatabase> {
  const release = await lock(name);
  try {
    const database = await open(name);
    database.onclose = () => lost(storageLost());
    return of(database, new RoomForGrowth(name), release);
  } catch (error) {
    release();
    throw error;
  }
}

function of(database: IDBDatabase, room: RoomForGrowth, release: () => void): CardDatabase {
  const read = <T>(store: string, request: (store: IDBObjectStore) => IDBRequest<T>) =>
    transact<T>(database, store, 'readonly', request);
  return {
    storage: {
      read: (name) => read<Bytes | undefined>(values, (store) => store.get(name)),
      readAll: (names) => readMany(database, names),
      async list(prefix) {
        const range = IDBKeyRange.bound(prefix, `${prefix}\u{10ffff}`);
        const found = await read(values, (store) => store.getAllKeys(range));
        return found.map(String);
      },
      async commit(changes: readonly Change[], purpose: CommitPurpose = 'upkeep') {
        if (purpose === 'growth') await room.expectFor(changes);
        await transact(database, values, 'readwrite', (store) => {
          for (const { name, value } of changes) {
            if (value === null) store.delete(name);
            else store.put(value, name);
          }
          return undefined;
        });
      },
      close() {
        database.close();
        release();
      },
    },
    async deviceKey(make) {
      const known = await read<CryptoKey | undefined>(keys, (store) => store.get(deviceKeyName));
      if (known) return known;
      const made = await make();
      await transact(database, keys, 'readwrite', (store) => store.add(made, deviceKeyName));
      return made;
    },
  };
}

/** In one transaction: each has a price. */
async function readMany(database: IDBDatabase, names: readonly string[]): Promise<(Bytes | undefined)[]> {
  let asked: IDBRequest<Bytes | undefined>[] = [];
  await transact(database, values, 'readonly', (store) => {
    asked = names.map((name) => store.get(name));
    return undefined;
  });
  return asked.map(({ result }) => result);
}

/** All of it or nothing: an error of any request, or of the disk, aborts the transaction. */
function transact<T>(
  database: IDBDatabase,
  store: string,
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = begin(database, store, mode);
    const answer = request(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(answer?.result as T);
    transaction.onabort = () => reject(failure(transaction.error));
  });
}

function begin(database: IDBDatabase, store: string, mode: IDBTransactionMode): IDBTransaction {
  try {
    return database.transaction(store, mode, { durability: 'strict' });
  } catch (cause) {
    throw storageLost(cause);
  }
}

function open(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(values);
      request.result.createObjectStore(keys);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(failure(request.error));
  });
}

/** @returns how to let go */
function lock(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    void navigator.locks.request(name, { ifAvailable: true }, (held) => {
      if (!held) {
        reject(new SecureElementError('storage-in-use', 'expected a store that no other tab holds'));
        return undefined;
      }
      return new Promise<void>((release) => resolve(release));
    });
  });
}

function storageLost(cause?: unknown): SecureElementError {
  return new SecureElementError('storage-lost', 'expected a store that the browser has kept', { cause });
}

function failure(cause: DOMException | null): SecureElementError {
  return cause?.name === 'QuotaExceededError'
    ? new SecureElementError('storage-full', 'expected room in the browser for one more commit', { cause })
    : new SecureElementError('storage-failed', 'expected the commit to reach the disk', { cause });
}
