/**
 * Patients as the store has them: particulars, what the rules remembered, open alarms, and the readings that came
 * after that memory, taken in again by the same rules. Changes they make were stored with them, so here they are none.
 */
import { defaultPolicy, initialPatient, observe, type Policy, parsePolicy } from '@vitalseal/clinical';
import { decodeStep2Message } from '@vitalseal/protocol';
import { type OpenAlarmRecord, openAlarmOf } from '../alarms/open-alarm.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import type { PatientRow } from '../store/patients.ts';
import { clinicalValues } from './clinical-values.ts';
import { type MonitoredPatient, recentReadings, withReading } from './monitored-patient.ts';
import { decodeMemory, type PatientMemory } from './patient-memory.ts';

/** Name of the setting that holds the number of a reading: every patient's stored memory has seen all up to it. */
export const triageMark = 'triage-through';
const page = 1000;

/** @param only the patients to load; left out, all */
export async function loadPatients(
  store: Store,
  db: Database,
  only?: ReadonlySet<number>,
): Promise<Map<number, MonitoredPatient>> {
  const wanted = (number: number) => only === undefined || only.has(number);
  const memories = new Map((await store.triage.all(db)).map((row) => [row.patient, row]));
  const alarms = new Map<number, Map<string, OpenAlarmRecord>>();
  for (const row of await store.alarms.open(db)) {
    const open = openAlarmOf(row);
    if (open === undefined || !wanted(row.patient)) continue;
    const ofPatient = alarms.get(row.patient) ?? new Map<string, OpenAlarmRecord>();
    alarms.set(row.patient, ofPatient.set(row.rule, open));
  }

  const patients = new Map<number, MonitoredPatient>();
  for (const row of await store.patients.all(db)) {
    if (!wanted(row.number)) continue;
    const stored = memories.get(row.number);
    const memory = stored === undefined ? undefined : decodeMemory(stored.state);
    const through = stored?.through ?? 0;
    const patient = rememberedPatient(row, memory, through, alarms.get(row.number) ?? new Map());
    const latest = await store.readings.latest(db, row.number, recentReadings);
    const recent = latest.reverse().filter(({ number }) => number <= through);
    patients.set(row.number, { ...patient, recent: recent.map(({ payload }) => decodeStep2Message(payload).reading) });
  }
  await takeInAgain(store, db, patients);
  return patients;
}

export function policyOf(row: Pick<PatientRow, 'policy'>): Policy {
  return row.policy === null ? defaultPolicy : parsePolicy(JSON.parse(row.policy));
}

export function rememberedPatient(
  row: PatientRow,
  memory: PatientMemory | undefined,
  through: number,
  alarms: ReadonlyMap<string, OpenAlarmRecord>,
): MonitoredPatient {
  const policy = policyOf(row);
  return {
    number: row.number,
    identity: { role: 'patient', id: row.identity },
    name: row.name,
    bed: row.bed,
    policy,
    admitted: row.discharged_at === null,
    state: memory?.state ?? initialPatient(policy),
    through,
    news2: memory?.news2 ?? undefined,
    last: new Map(memory?.last),
    location: memory?.location ?? undefined,
    recent: [],
    alarms,
  };
}

async function takeInAgain(store: Store, db: Database, patients: Map<number, MonitoredPatient>): Promise<void> {
  let after = Number((await store.settings.get(triageMark, db)) ?? 0);
  for (;;) {
    const rows = await store.readings.storedAfter(db, after, page);
    for (const row of rows) {
      after = row.number;
      const patient = patients.get(row.patient);
      if (patient === undefined || row.number <= patient.through) continue;
      const message = decodeStep2Message(row.payload);
      const { state, news2 } = observe(patient.state, patient.policy, {
        at: message.reading.measuredAt.utcMs,
        values: clinicalValues(message.reading.measurements),
        receivedAt: row.received_at,
      });
      patients.set(row.patient, {
        ...patient,
        ...withReading(patient, new Map(patient.last), message),
        state,
        news2,
        through: row.number,
      });
    }
    if (rows.length < page) return;
  }
}
