/**
 * A hospital whose TPM is lost, or no longer releases the wrapping keys, comes back: people bring their shares, the keys of
 * the data are wrapped as they were, and readings, names and channels of patients are all there.
 */

import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StoreAnchor } from '../at-rest/store-anchor.ts';
import { attestationChainFile } from '../attestation/attestation-files.ts';
import { operator } from '../audit/acts.ts';
import { openStoreWith } from '../store/open-hospital-store.ts';
import { certifyHospital, type EnrolHospitalOptions } from './enrol-hospital.ts';
import { makeFolder } from './hospital-folder.ts';
import type { WrappingKey } from './key-store.ts';
import { createKeyStore, type OpenedKeyStore, openKeyStore } from './open-key-store.ts';
import { softwareKeysFile } from './software/software-key-store.ts';
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
  const keyStore = await openKeyStore(recovered.dataDir, tpm);
  try {
    await keyStore.replaceWrappingKeys(recovered.wrappingKeys);
    await settle(recovered, keyStore, 'resealed');
  } finally {
    await keyStore.close();
  }
}

/**
 * The TPM is lost, and with it the hospital's own key: new keys in another place, certified by a new invitation of the
 * authority. @throws HospitalError, CertificateError
 */
export async function recoverHospital(recovered: RecoveredStore, enrolment: EnrolHospitalOptions): Promise<void> {
  const { dataDir, wrappingKeys } = recovered;
  makeFolder(dataDir);
  const intoFiles = enrolment.keys.kind === 'software';
  for (const name of [tpmKeysFile, attestationChainFile]) putAside(dataDir, name);
  if (intoFiles) putAside(dataDir, softwareKeysFile);
  const keyStore = await createKeyStore(dataDir, enrolment.keys, enrolment.tpm);
  try {
    await keyStore.replaceWrappingKeys(wrappingKeys);
    await certifyHospital(enrolment, keyStore);
    await settle(recovered, keyStore, 'new-keys');
    // A hospital that moves from files into a TPM: the same wrapping keys in a file would be a way around it.
    if (!intoFiles) rmSync(join(dataDir, softwareKeysFile), { force: true });
  } finally {
    await keyStore.close();
  }
}

/** The store is opened under the keys that came back, which proves them, and believed as it is: its counter is another. */
async function settle(
  { dataDir, databaseUrl }: RecoveredStore,
  keyStore: OpenedKeyStore,
  how: 'resealed' | 'new-keys',
): Promise<void> {
  const { counter } = keyStore;
  const store = await openStoreWith(keyStore, { dataDir, databaseUrl });
  try {
    await StoreAnchor.settle({ store, dataDir, counter, wrappingKeys: () => keyStore.wrappingKeys() });
    await store.audit.record({ kind: 'key-recovered', actor: operator(), what: { how, keys: keyStore.kind } });
  } finally {
    await store.close();
  }
}

/** Not deleted: a TPM that was thought lost may be found. */
function putAside(dataDir: string, name: string): void {
  const path = join(dataDir, name);
  if (!existsSync(path)) return;
  renameSync(path, `${path}.lost-${Date.now()}`);
}
