/**
 * Erasing a patient: the data key goes first, and with it everything that was sealed under it, wherever a copy of it lies.
 * Then what can no longer be opened is deleted as well. What stays are pseudonyms: the identity, numbers and times, what the
 * audit log says was done, and when.
 */
import { sql } from 'kysely';
import { patientName } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import { rosterTally } from '../watch/ward.ts';
import { truncateJournal } from './clear-pages.ts';
import { type OnProgress, removeReadings } from './remove-readings.ts';

export interface EraseOptions {
  /** Who does it, for the audit log. */
  readonly actor: string;
  /** UTC ms */
  readonly at: number;
  readonly onProgress?: OnProgress;
}

/**
 * May be done again where it was cut short.
 * @returns how many readings were deleted
 * @throws HospitalError `unknown-patient`, `patient-under-care`
 */
export async function erasePatient(store: Store, identity: string, options: EraseOptions): Promise<number> {
  const { actor, at, onProgress } = options;
  const known = await store.patients.find(identity);
  if (known === undefined) throw new HospitalError('unknown-patient', 'expected a patient whom the hospital has had');
  const { number } = known;
  if (known.erased_at === null) {
    await store.transaction(async (db) => {
      await store.dataKeys.erase(db, number);
      await forgetRows(db, number, at);
      store.audit.append(db, { kind: 'patient-erased', actor, patient: patientName(identity) });
      // Whoever serves drops the key and the patient from memory.
      await store.tallies.add(db, rosterTally, 1);
    });
    store.sealing.keys.forgetAll(number);
  }
  const removed = await removeReadings(
    store,
    { patient: number },
    { actor, onProgress, subject: patientName(identity) },
  );
  await giveBack(store);
  return removed;
}

async function forgetRows(db: Database, patient: number, at: number): Promise<void> {
  await db
    .updateTable('patients')
    .set({ particulars: null, erased_at: at })
    .set((set) => ({ discharged_at: set.fn.coalesce('discharged_at', set.lit(at)) }))
    .where('number', '=', patient)
    .execute();
  await db.deleteFrom('triage').where('patient', '=', patient).execute();
  const nothing = new Uint8Array();
  const alarms = db.selectFrom('alarms').select('id').where('patient', '=', patient);
  await db.deleteFrom('deliveries').where('received_at', 'is', null).where('alarm', 'in', alarms).execute();
  await db
    .updateTable('dispatches')
    .set({ state: 'closed', changed_at: at, closed_at: at })
    .where('patient', '=', patient)
    .where('closed_at', 'is', null)
    .execute();
  await db
    .updateTable('alarms')
    .set({ rule: nothing, life: nothing, notice: nothing, due_at: null })
    .set((set) => ({ closed_at: set.fn.coalesce('closed_at', set.lit(at)) }))
    .where('patient', '=', patient)
    .execute();
  await db.updateTable('emergency_accesses').set({ reason: nothing }).where('patient', '=', patient).execute();
  await db.deleteFrom('care_teams').where('patient', '=', patient).execute();
}

/** The wrapped key that was deleted is in no page and no journal of the database any more. */
export async function giveBack({ kind, database }: Pick<Store, 'kind' | 'database'>): Promise<void> {
  if (kind === 'sqlite') await truncateJournal(database);
  else await sql.raw('vacuum full data_keys').execute(database);
}
