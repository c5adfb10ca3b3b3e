/**
 * Who was erased, in the data folder and not in the store: a store that is put back to before an erasure, or restored from
 * a backup of before, brings the erased back, and this ends them again.
 */
import { HospitalError } from '../errors.ts';
import type { Store } from '../store/open-store.ts';
import { erasePatient } from './erase-patient.ts';
import { readSealedFile, writeSealedFile } from './sealed-file.ts';
import type { WrappingKeys } from './wrapping.ts';

export interface Erasure {
  /** Identity of the patient: a pseudonym. */
  readonly patient: string;
  /** UTC ms */
  readonly at: number;
}

export const erasuresFile = 'erased';

/** @throws HospitalError `sealed-value-refused`: to go on without it would bring the erased back, to write it anew forget them */
export function readErasures(dataDir: string, keys: WrappingKeys): Erasure[] {
  const text = readSealedFile(dataDir, erasuresFile, keys);
  if (text === 'refused') throw new HospitalError('sealed-value-refused', 'expected the list of who was erased');
  return text === undefined ? [] : (JSON.parse(text) as Erasure[]);
}

export async function noteErasure(dataDir: string, keys: WrappingKeys, erasure: Erasure): Promise<void> {
  const others = readErasures(dataDir, keys).filter(({ patient }) => patient !== erasure.patient);
  await writeSealedFile(dataDir, erasuresFile, JSON.stringify([...others, erasure]), keys);
}

/** @returns how many had come back */
export async function eraseAgain(store: Store, dataDir: string, keys: WrappingKeys, actor: string): Promise<number> {
  let again = 0;
  for (const { patient, at } of readErasures(dataDir, keys)) {
    const row = await store.patients.find(patient);
    // Whoever was admitted anew since is not the one who was erased.
    if (row === undefined || row.erased_at !== null || row.admitted_at > at) continue;
    await erasePatient(store, patient, { actor, at });
    again += 1;
  }
  return again;
}
