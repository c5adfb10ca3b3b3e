/** How long what is kept: decided by the hospital, enforced while it serves, and audited. */
import { systemActor } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import { type EraseOptions, erasePatient } from './erase-patient.ts';
import { noteErasure } from './erasures.ts';
import { type RemoveOptions, removeReadings } from './remove-readings.ts';
import type { WrappingKeys } from './wrapping.ts';

/** null: for ever. */
export interface Retention {
  /** Days that a reading is kept after it came, and what an alarm said after it was closed. */
  readonly readings: number | null;
  /** Days after discharge at which a patient is erased. */
  readonly discharged: number | null;
}

const setting = 'retention';
const forEver: Retention = { readings: null, discharged: null };
const dayMs = 86_400_000;
export const mostDays = 36_525;

/** @throws HospitalError `invalid-option` for a policy that cannot be read: nothing is removed by a guess */
export async function readRetention(store: Store): Promise<Retention> {
  const text = await store.settings.get(setting);
  if (text === undefined) return forEver;
  const { readings, discharged } = JSON.parse(text) as Retention;
  if (!isTerm(readings) || !isTerm(discharged)) throw new HospitalError('invalid-option', 'expected terms in days');
  return { readings, discharged };
}

export async function setRetention(store: Store, retention: Retention, actor: string): Promise<void> {
  await store.transaction(async (db) => {
    await store.settings.set(setting, JSON.stringify(retention), db);
    const { readings, discharged } = retention;
    const what = { readings: readings ?? 'for-ever', discharged: discharged ?? 'for-ever' };
    store.audit.append(db, { kind: 'retention-changed', actor, what });
  });
}

export interface Enforced {
  readonly readings: number;
  readonly alarms: number;
  readonly patients: number;
}

export interface EnforceOptions extends Pick<RemoveOptions, 'onProgress' | 'turn'> {
  readonly dataDir: string;
  readonly wrappingKeys: WrappingKeys;
  readonly actor?: string;
}

/** @param now UTC ms, clinical */
export async function enforceRetention(store: Store, now: number, options: EnforceOptions): Promise<Enforced> {
  const { actor = systemActor, turn = (work) => work(), onProgress, dataDir, wrappingKeys } = options;
  const { readings, discharged } = await readRetention(store);
  let removed = await endErasures(store, { actor, turn, onProgress });
  let alarms = 0;
  let patients = 0;
  if (readings !== null) {
    const before = now - readings * dayMs;
    removed += await removeReadings(store, { receivedBefore: before }, { actor, turn, onProgress });
    await turn(() => store.transaction((db) => store.readingKeys.removeBefore(db, before)));
    alarms = await turn(() => store.transaction((db) => emptyAlarms(db, before)));
  }
  if (discharged !== null) {
    const before = now - discharged * dayMs;
    for (const { identity, discharged_at, erased_at } of await store.patients.all()) {
      if (discharged_at === null || discharged_at >= before || erased_at !== null) continue;
      const at = Date.now();
      const onErasing = () => noteErasure(dataDir, wrappingKeys, { patient: identity, at });
      try {
        removed += await erasePatient(store, identity, { actor, at, turn, dischargedBefore: before, onErasing });
        patients += 1;
      } catch (error) {
        // Admitted again while others were erased.
        if (!(error instanceof HospitalError && error.code === 'patient-under-care')) throw error;
      }
    }
  }
  return { readings: removed, alarms, patients };
}

/** Where an erasure was cut short, readings that nobody can open any more are still there. */
async function endErasures(
  store: Store,
  options: Pick<EraseOptions, 'actor' | 'turn' | 'onProgress'>,
): Promise<number> {
  let removed = 0;
  for (const { number, identity, erased_at } of await store.patients.all()) {
    if (erased_at === null || (await store.readings.countOf(number)) === 0) continue;
    removed += await erasePatient(store, identity, { ...options, at: erased_at, dischargedBefore: 0 });
  }
  return removed;
}

/** Of an alarm that is long over what it said goes; that there was one stays. */
async function emptyAlarms(db: Database, before: number): Promise<number> {
  const nothing = new Uint8Array();
  const rows = await db
    .updateTable('alarms')
    .set({ rule: nothing, life: nothing, notice: nothing })
    .where('closed_at', '<', before)
    .where('notice', '!=', nothing)
    .returning('id')
    .execute();
  return rows.length;
}

function isTerm(days: unknown): days is number | null {
  return days === null || (Number.isInteger(days) && (days as number) >= 1 && (days as number) <= mostDays);
}
