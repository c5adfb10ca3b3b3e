/** The key store that `vitalseal hospital init` chose, for `serve` and for every command beside it. */
import { HospitalError } from '../errors.ts';
import { readParticulars } from './hospital-folder.ts';
import type { KeyPlace } from './key-place.ts';
import type { KeyCustody } from './key-store.ts';
import { SoftwareKeyStore } from './software/software-key-store.ts';

/** @throws HospitalError `not-initialised`, `keys-unsaid`, `keys-damaged`, `keys-unavailable` */
export async function openKeyStore(dataDir: string): Promise<KeyCustody> {
  const { keys } = readParticulars(dataDir);
  if (keys.kind === 'software') return SoftwareKeyStore.open(dataDir);
  throw new HospitalError('keys-unavailable', 'expected keys in software');
}

/** Makes the keys, unless they are there already: an enrolment that ended half-way goes on with the same. */
export async function createKeyStore(dataDir: string, place: KeyPlace): Promise<KeyCustody> {
  if (place.kind === 'software') return SoftwareKeyStore.create(dataDir);
  throw new HospitalError('keys-unavailable', 'expected keys in software');
}
