/**
 * Erasing a patient: the data key goes first, and with it everything that was sealed under it, wherever a copy of it lies.
 * Then what can no longer be opened is deleted as well. What stays are pseudonyms: the identity, numbers and times, what the
 * audit log says was done, and when.
 */
import { sql } from 'kysely';
import { patientName, systemActor } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import { rosterTally } from '../watch/ward.ts';
import { clearJournal } from './clear-pages.ts';
import { type RemoveOptions, removeReadings } from './remove-readings.ts';

export interface EraseOptions extends Pick<RemoveOptions, 'onProgress' | 'turn'> {
  /** Who does it, for the audit log. */
  readonly actor: string;
  /** UTC ms */
  readonly at: number;
  /** Only one who was discharged before this (UTC ms); left out where an erasure that was done is made up for. */
  readonly dischargedBefore?: number;
  /** Within the transaction: if it fails nobody is erased. */
  readonly onErasing?: () => Promise<void>;
}

/**
 * May be done again where it was cut short.
 * @returns how many readings were deleted
 * @throws HospitalError `unknown-patient`, `patient-under-care`
 */
export async function erasePatient(store: Store, identity: string, options: EraseOptions): Promise<number> {
  const { actor, at, onProgress, turn = (work) => work(), dischargedBefore, onErasing } = options;
  const known = await store.patients.find(identity);
  if (known === undefined) throw new HospitalError('unknown-patient', 'expected a patient whom the hospital has had');
  const { number } = known;
  const erase = async (db: Database) => {
    await expectDischarged(db, number, at, dischargedBefore);
    await store.dataKeys.erase(db, number);
    await store.readingKeys.erase(db, number);
    await closeChannels(store, db, patientName(identity));
    await forgetRows(db, number, at);
    store.audit.append(db, { kind: 'patient-erased', actor, patient: patientName(identity) });
    // Whoever serves drops the key and the patient from memory.
    await store.tallies.add(db, rosterTally, 1);
    const through = await newestOfErased(db, number);
    await onErasing?.();
    return through;
  };
  const isErased = known.erased_at !== null;
  const through = await (isErased ? newestOfErased(store.database, number) : turn(() => store.transaction(erase)));
  if (!isErased) store.sealing.keys.forgetAll(number);
  const subject = patientName(identity);
  const removed = await removeReadings(store, { patient: number, through }, { actor, onProgress, turn, subject });
  await giveBack(store);
  return removed;
}

async function expectDischarged(db: Database, patient: number, at: number, before: number | undefined): Promise<void> {
  const erased = await db
    .updateTable('patients')
    .set({ particulars: null, erased_at: at })
    .set((set) => ({ discharged_at: set.fn.coalesce('discharged_at', set.lit(at)) }))
    .where('number', '=', patient)
    .$if(before !== undefined, (update) => update.where('discharged_at', '<', before ?? 0))
    .returning('number')
    .executeTakeFirst();
  // Perhaps they came back a moment ago.
  if (erased === undefined) throw new HospitalError('patient-under-care', 'expected a patient who was discharged');
}

/** The readings of whoever is admitted again under the identity have higher numbers, and stay. */
async function newestOfErased(db: Database, patient: number): Promise<number> {
  const row = await db
    .selectFrom('readings')
    .innerJoin('patients', 'patients.number', 'readings.patient')
    .select((select) => select.fn.max('readings.number').as('number'))
    .where('readings.patient', '=', patient)
    .where('patients.erased_at', 'is not', null)
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** The keys of channels lie there under the hospital's own: with them, copies of the records would open. */
async function closeChannels(store: Store, db: Database, peer: string): Promise<void> {
  const open = await store.channels.ofPeer(peer, 2, undefined, db);
  if (open.length === 0) return;
  await store.channels.close(open, db);
  const what = { count: open.length, channels: open.map((id) => Buffer.from(id).toString('hex')) };
  store.audit.append(db, { kind: 'channels-closed', actor: systemActor, what });
}

async function forgetRows(db: Database, patient: number, at: number): Promise<void> {
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

/** The wrapped keys that were deleted are in no page and no journal of the database any more. */
export async function giveBack({ kind, database }: Pick<Store, 'kind' | 'database'>): Promise<void> {
  if (kind === 'sqlite') await clearJournal(database);
  else await sql.raw('vacuum full data_keys, channels').execute(database);
}
