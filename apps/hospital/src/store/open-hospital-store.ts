/** The store of a hospital that `vitalseal hospital init` has made, with the keys that its folder names. */
import type { WrappingKeys } from '../at-rest/wrapping.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { openStore, type Store, type StoreOptions } from './open-store.ts';

export type HospitalStoreOptions = Omit<StoreOptions, 'wrappingKeys' | 'wrappingKeysNow'>;

/** @throws HospitalError `not-initialised`, `keys-unavailable`, `wrapping-key-unknown`, `store-newer` */
export async function openHospitalStore(options: HospitalStoreOptions): Promise<Store> {
  return openStoreWith(await openKeyStore(options.dataDir), options);
}

/** As `openHospitalStore`, with the folder's key store already open. */
export async function openStoreWith(keyStore: KeyStore, options: HospitalStoreOptions): Promise<Store> {
  return openStore({
    ...options,
    wrappingKeys: await keyStore.wrappingKeys(),
    wrappingKeysNow: () => wrappingKeysNow(keyStore),
  });
}

export async function wrappingKeysNow(keyStore: KeyStore): Promise<WrappingKeys> {
  await keyStore.refresh();
  return keyStore.wrappingKeys();
}
