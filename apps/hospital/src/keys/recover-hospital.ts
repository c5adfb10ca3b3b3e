/**
 * A hospital whose TPM is lost, or no longer releases the wrapping keys, comes back: people bring their shares, the keys of
 * the data are wrapped as they were, and readings, names and channels of patients are all there.
 */

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreAnchor } from '../at-rest/store-anchor.ts';
import { attestationChainFile } from '../attestation/attestation-files.ts';
import { operator } from '../audit/acts.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { alone } from './alone.ts';
import { certifyHospital, type EnrolHospitalOptions } from './enrol-hospital.ts';
import { makeFolder } from './hospital-folder.ts';
import type { WrappingKey } from './key-store.ts';
import { createKeyStore, type OpenedKeyStore, openKeyStore } from './open-key-store.ts';
import { keysInFiles, softwareKeysFile } from './software/software-key-store.ts';
import type { TpmKeyStoreOptions } from './tpm/tpm-key-store.ts';
import { tpmKeysFile } from './tpm/tpm-keys-file.ts';

export interface RecoveredStore {
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** Joined from the shares. */
  readonly wrappingKeys: readonly WrappingKey[];
}

/** The TPM is there and has the other keys: what it is to release is sealed for the release that runs now. */
export async function resealRecovered(recovered: RecoveredStore, tpm: TpmKeyStoreOptions = {}): Promise<void> {
  const { dataDir, wrappingKeys } = recovered;
  await withProvedStore(recovered, async (store) => {
    const keyStore = await openKeyStore(dataDir, tpm);
    try {
      await keyStore.replaceWrappingKeys(wrappingKeys);
      await settle(store, { dataDir, keyStore, how: 'resealed' });
    } finally {
      await keyStore.close();
    }
  });
}

/**
 * The TPM is lost, and with it the hospital's own key: new keys in another place, certified by a new invitation of the
 * authority. @throws HospitalError, CertificateError
 */
export async function recoverHospital(recovered: RecoveredStore, enrolment: EnrolHospitalOptions): Promise<void> {
  const { dataDir, wrappingKeys } = recovered;
  const intoFiles = enrolment.keys.kind === 'software';
  await withProvedStore(recovered, async (store) => {
    for (const name of [tpmKeysFile, attestationChainFile]) putAside(dataDir, name);
    if (intoFiles) putAside(dataDir, softwareKeysFile);
    const keyStore = await createKeyStore(dataDir, enrolment.keys, enrolment.tpm);
    try {
      await keyStore.replaceWrappingKeys(wrappingKeys);
      await certifyHospital(enrolment, keyStore);
      await settle(store, { dataDir, keyStore, how: 'new-keys' });
      // A hospital that moves from files into a TPM: the same wrapping keys in any file would be a way around it.
      if (!intoFiles) for (const name of keysInFiles(dataDir)) rmSync(join(dataDir, name));
    } finally {
      await keyStore.close();
    }
  });
}

/**
 * The store is opened under the keys that came back before any key of before is touched: a record of long ago, without the
 * keys of since, changes nothing. @throws HospitalError `wrapping-key-unknown`, `keys-busy`
 */
async function withProvedStore(
  { dataDir, databaseUrl, wrappingKeys }: RecoveredStore,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  makeFolder(dataDir);
  await alone(dataDir, async () => {
    const store = await openStore({ dataDir, databaseUrl, wrappingKeys });
    try {
      await work(store);
    } finally {
      await store.close();
    }
  });
}

/** The store is believed as it is: its counter is another. */
async function settle(
  store: Store,
  { dataDir, keyStore, how }: { dataDir: string; keyStore: OpenedKeyStore; how: 'resealed' | 'new-keys' },
): Promise<void> {
  const { counter } = keyStore;
  await StoreAnchor.settle({ store, dataDir, counter, wrappingKeys: () => keyStore.wrappingKeys() });
  await store.audit.record({ kind: 'key-recovered', actor: operator(), what: { how, keys: keyStore.kind } });
}

/** Not deleted: a TPM that was thought lost may be found. */
function putAside(dataDir: string, name: string): void {
  const path = join(dataDir, name);
  if (!existsSync(path)) return;
  renameSync(path, `${path}.lost-${Date.now()}`);
}
