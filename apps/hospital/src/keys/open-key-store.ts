/** The key store that `vitalseal hospital init` chose, for `serve` and for every command beside it. */
import { readParticulars } from './hospital-folder.ts';
import type { KeyPlace } from './key-place.ts';
import { SoftwareKeyStore } from './software/software-key-store.ts';
import { TpmKeyStore, type TpmKeyStoreOptions } from './tpm/tpm-key-store.ts';

export type OpenedKeyStore = SoftwareKeyStore | TpmKeyStore;

/** @throws HospitalError `not-initialised`, `keys-unsaid`, `keys-damaged` */
export async function openKeyStore(dataDir: string, options: TpmKeyStoreOptions = {}): Promise<OpenedKeyStore> {
  const { keys } = readParticulars(dataDir);
  return keys.kind === 'software' ? SoftwareKeyStore.open(dataDir) : TpmKeyStore.open(dataDir, keys, options);
}

/**
 * Makes the keys, unless they are there already: an enrolment that ended half-way goes on with the same.
 * @throws HospitalError `keys-unavailable`, TpmError
 */
export async function createKeyStore(
  dataDir: string,
  place: KeyPlace,
  options: TpmKeyStoreOptions = {},
): Promise<OpenedKeyStore> {
  return place.kind === 'software' ? SoftwareKeyStore.create(dataDir) : TpmKeyStore.create(dataDir, place, options);
}

/** For the end of a hospital: what it left in the TPM is removed. Its keys are of no more use then. @throws HospitalError */
export async function forgetKeys(dataDir: string): Promise<void> {
  const keyStore = await openKeyStore(dataDir);
  if (keyStore.kind === 'tpm') await keyStore.forget();
  await keyStore.close();
}
