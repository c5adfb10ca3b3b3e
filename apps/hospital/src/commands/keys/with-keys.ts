/** A command's work on the hospital's keys, beside a hospital that may be serving. */
import { alone } from '../../keys/alone.ts';
import { type OpenedKeyStore, openKeyStore } from '../../keys/open-key-store.ts';
import { readHospitalKeys } from '../../keys/read-hospital-keys.ts';
import type { Rotation } from '../../keys/rotate.ts';
import { openStoreWith } from '../../store/open-hospital-store.ts';
import type { StorePlace } from '../with-store.ts';

export async function withKeys<Result>(
  { data: dataDir, databaseUrl }: StorePlace,
  work: (rotation: Rotation) => Promise<Result>,
): Promise<Result> {
  return withKeyStore(dataDir, async (keyStore) =>
    alone(dataDir, async () => {
      await keyStore.refresh();
      const keys = await readHospitalKeys(dataDir, keyStore);
      const store = await openStoreWith(keyStore, { dataDir, databaseUrl });
      try {
        return await work({ dataDir, store, keyStore, keys });
      } finally {
        await store.close();
      }
    }),
  );
}

export async function withKeyStore<Result>(
  dataDir: string,
  work: (keyStore: OpenedKeyStore) => Promise<Result>,
): Promise<Result> {
  const keyStore = await openKeyStore(dataDir);
  try {
    return await work(keyStore);
  } finally {
    await keyStore.close();
  }
}
