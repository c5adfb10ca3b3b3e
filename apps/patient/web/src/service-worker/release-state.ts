// What the service worker knows of releases, in one record of IndexedDB: it changes in one transaction or not at all, so
// that no interruption leaves half a release to run.

import type { Bytes } from '@vitalseal/protocol';

/** A release whose files are all here, each as the authority vouched for it. */
export interface TakenIn {
  readonly version: string;
  /** SHA-256 of the manifest, hexadecimal: its cache is named by it. */
  readonly digest: string;
  /** SHA-256 by path, hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
  readonly attestation: Bytes;
}

export interface ReleaseState {
  /** By which releases are judged, DER. */
  readonly roots: readonly Bytes[];
  /** They are those of the patient's card. Until then they came with the first release: trust on first use. */
  readonly rooted: boolean;
  readonly active: TakenIn | undefined;
  /** Verified and complete; it runs at the next start. */
  readonly ready: TakenIn | undefined;
  /** What ran before: tabs that are still open may ask for its files. */
  readonly before: TakenIn | undefined;
  readonly refused: string | undefined;
  /** The authority took back what runs. */
  readonly withdrawn: boolean;
  /** Serial numbers of attestations of what was here and was taken back: a server that keeps the list to itself does not bring them back. */
  readonly takenBack: readonly string[];
  /** Of the newest revocation list seen. */
  readonly listNumber: number;
}

export const freshState: ReleaseState = {
  roots: [],
  rooted: false,
  active: undefined,
  ready: undefined,
  before: undefined,
  refused: undefined,
  withdrawn: false,
  takenBack: [],
  listNumber: 0,
};

const database = 'vitalseal-app-release';
const store = 'state';
const key = 'release';

export async function readState(): Promise<ReleaseState> {
  const kept = await transact<Partial<ReleaseState> | undefined>('readonly', (states) => states.get(key));
  return { ...freshState, ...kept };
}

export async function writeState(state: ReleaseState): Promise<void> {
  await transact('readwrite', (states) => states.put(state, key));
}

async function transact<T>(mode: IDBTransactionMode, request: (states: IDBObjectStore) => IDBRequest): Promise<T> {
  const opened = await open();
  try {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const transaction = opened.transaction(store, mode, { durability: 'strict' });
    const asked = request(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error ?? new Error('expected a store that can be written'));
    return await promise;
  } finally {
    opened.close();
  }
}

async function open(): Promise<IDBDatabase> {
  const { promise, resolve, reject } = Promise.withResolvers<IDBDatabase>();
  const asked = indexedDB.open(database, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(store);
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error ?? new Error('expected a store that can be opened'));
  return promise;
}
