/**
 * A hospital gets its store back. What follows the one commit that restores it (who was erased since is erased again, the store is
 * anchored anew) is done again by the same restore when it was cut short, or by the start of the hospital.
 */
import { putCheckpointAside } from '../../audit/kept-checkpoint.ts';
import type { KeyStore } from '../../keys/key-store.ts';
import type { Store } from '../../store/open-store.ts';
import { eraseAgain, readErasures } from '../erasures.ts';
import type { OnProgress } from '../remove-readings.ts';
import { StoreAnchor } from '../store-anchor.ts';
import { checkBackup, isRestoring, restoreInto } from './restore-backup.ts';

export interface RestoreHospital {
  readonly dataDir: string;
  readonly path: string;
  readonly keyStore: KeyStore;
  /** Opens the store: not before the file is known to be a backup of this hospital. */
  readonly withStore: <Result>(work: (store: Store) => Promise<Result>) => Promise<Result>;
  /** Who asked for it, for the audit log. */
  readonly actor: string;
  readonly onProgress?: OnProgress;
}

export interface RestoredHospital {
  /** Undefined where only what followed was left to do. */
  readonly rows: number | undefined;
  /** UTC ms. */
  readonly madeAt: number;
  /** How many had come back. */
  readonly erased: number;
}

/** @throws HospitalError `store-not-empty`, `backup-malformed`, `backup-foreign`, `store-newer`, `sealed-value-refused` */
export async function restoreHospital(options: RestoreHospital): Promise<RestoredHospital> {
  const { dataDir, path, keyStore, withStore, actor, onProgress } = options;
  const wrappingKeys = await keyStore.wrappingKeys();
  const { id, header } = await checkBackup(path, wrappingKeys);
  readErasures(dataDir, wrappingKeys);
  return withStore(async (store) => {
    const telling = onProgress === undefined ? {} : { onProgress };
    const rows = (await isRestoring(store, id))
      ? undefined
      : (await restoreInto(store, path, wrappingKeys, { actor, ...telling })).rows;
    putCheckpointAside(dataDir);
    await store.sealing.keys.refresh(store.database);
    const erased = await eraseAgain(store, dataDir, wrappingKeys, actor);
    await StoreAnchor.settle({ store, dataDir, counter: keyStore.counter, wrappingKeys: async () => wrappingKeys });
    return { rows, madeAt: header.madeAt, erased };
  });
}
