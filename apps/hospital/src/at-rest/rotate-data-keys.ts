/**
 * New data keys for whatever is sealed from now on. The older ones stay for what they sealed: rows are never sealed anew,
 * since the audit log keeps digests of them as they are stored. Patients' channels end with it, since their keys are kept under the
 * older ones: with the next record the element shakes hands anew.
 */
import { patientName } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import { rosterTally } from '../watch/ward.ts';
import { hospitalOwner, type Owner } from './sealed-value.ts';

export type WhoseDataKey = 'all' | 'hospital' | { readonly patient: string };

/** @returns how many keys were made @throws HospitalError `unknown-patient` */
export async function rotateDataKeys(store: Store, whose: WhoseDataKey, actor: string): Promise<number> {
  return store.transaction(async (db) => {
    const owners = await ownersOf(store, db, whose);
    for (const { owner, name } of owners) {
      const { version } = await store.sealing.keys.add(db, owner);
      const patient = name === undefined ? {} : { patient: patientName(name) };
      store.audit.append(db, { kind: 'key-rotated', actor, ...patient, what: { key: 'data', version } });
    }
    // Whoever serves takes them over.
    await store.tallies.add(db, rosterTally, 1);
    return owners.length;
  });
}

async function ownersOf(
  store: Store,
  db: Database,
  whose: WhoseDataKey,
): Promise<{ readonly owner: Owner; readonly name?: string }[]> {
  if (whose === 'hospital') return [{ owner: hospitalOwner }];
  const kept = (await store.patients.all(db)).filter(({ erased_at }) => erased_at === null);
  const patients = kept.map(({ number, identity }) => ({ owner: number, name: identity }));
  if (whose === 'all') return [{ owner: hospitalOwner }, ...patients];
  const found = patients.filter(({ name }) => name === whose.patient);
  if (found.length === 0) throw new HospitalError('unknown-patient', 'expected a patient whose data the hospital has');
  return found;
}
