/**
 * Patients as the store has them: particulars, what the rules remembered, open alarms, and the readings that came
 * after that memory, taken in again by the same rules. Changes they make were stored with them, so here they are none.
 */
import { defaultPolicy, initialPatient, type Policy, parsePolicy } from '@vitalseal/clinical';
import { decodeStep2Message } from '@vitalseal/protocol';
import { type OpenAlarmRecord, openAlarmOf } from '../alarms/open-alarm.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import type { PatientRow } from '../store/patients.ts';
import type { StoredReading } from '../store/readings.ts';
import { clinicalValues } from './clinical-values.ts';
import { type OnProblem, observed } from './evaluate.ts';
import { type MonitoredPatient, recentReadings, withReading } from './monitored-patient.ts';
import { decodeMemory, type PatientMemory } from './patient-memory.ts';
import { whatCounts } from './what-counts.ts';

/** Name of the setting that holds the number of a reading: every patient's stored memory has seen all up to it. */
export const triageMark = 'triage-through';
const page = 1000;

/**
 * A row that is spoilt is told of and left out: it must not keep everybody else's alarms silent.
 * @param only the patients to load; left out, all
 */
export async function loadPatients(
  store: Store,
  db: Database,
  onProblem: OnProblem,
  only?: ReadonlySet<number>,
): Promise<Map<number, MonitoredPatient>> {
  const wanted = (number: number) => only === undefined || only.has(number);
  const memories = new Map((await store.triage.all(db)).map((row) => [row.patient, row]));
  const alarms = new Map<number, Map<string, OpenAlarmRecord>>();
  for (const row of await store.alarms.open(db)) {
    const open = readable(() => openAlarmOf(row, onProblem), onProblem);
    if (open === undefined || !wanted(row.patient)) continue;
    const ofPatient = alarms.get(row.patient) ?? new Map<string, OpenAlarmRecord>();
    alarms.set(row.patient, ofPatient.set(row.rule, open));
  }

  const patients = new Map<number, MonitoredPatient>();
  for (const row of await store.patients.all(db)) {
    if (!wanted(row.number) || row.erased_at !== null) continue;
    const stored = memories.get(row.number);
    const memory = stored === undefined ? undefined : readable(() => decodeMemory(stored.state), onProblem);
    const through = stored?.through ?? 0;
    const policy = readable(() => policyOf(row), onProblem) ?? defaultPolicy;
    const patient = rememberedPatient(row, policy, memory, through, alarms.get(row.number) ?? new Map());
    const latest = await store.readings.latest(db, row.number, recentReadings);
    const recent = latest.reverse().filter(({ number }) => number <= through);
    const readings = recent.flatMap(
      ({ payload }) => readable(() => decodeStep2Message(payload).reading, onProblem) ?? [],
    );
    patients.set(row.number, { ...patient, recent: readings });
  }
  await takeInAgain(store, db, onProblem, patients);
  return patients;
}

function readable<Value>(read: () => Value, onProblem: OnProblem): Value | undefined {
  try {
    return read();
  } catch (error) {
    onProblem(error);
    return undefined;
  }
}

export function policyOf(row: Pick<PatientRow, 'policy'>): Policy {
  return row.policy === null ? defaultPolicy : parsePolicy(JSON.parse(row.policy));
}

export function rememberedPatient(
  row: PatientRow,
  policy: Policy,
  memory: PatientMemory | undefined,
  through: number,
  alarms: ReadonlyMap<string, OpenAlarmRecord>,
): MonitoredPatient {
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

async function takeInAgain(
  store: Store,
  db: Database,
  onProblem: OnProblem,
  patients: Map<number, MonitoredPatient>,
): Promise<void> {
  let after = Number((await store.settings.get(triageMark, db)) ?? 0);
  for (;;) {
    const rows = await store.readings.storedAfter(db, after, page);
    for (const row of rows) {
      after = row.number;
      const patient = patients.get(row.patient);
      if (patient === undefined || row.number <= patient.through) continue;
      const next = readable(() => withStored(patient, row, onProblem), onProblem);
      if (next !== undefined) patients.set(row.patient, next);
    }
    if (rows.length < page) return;
  }
}

function withStored(patient: MonitoredPatient, row: StoredReading, onProblem: OnProblem): MonitoredPatient {
  const { number, payload, received_at: receivedAt } = row;
  const message = decodeStep2Message(payload);
  const at = message.reading.measuredAt.utcMs;
  const values = clinicalValues(whatCounts(patient, message.reading, receivedAt));
  const observation = { at, values, receivedAt };
  const { state, news2 } = observed(patient, observation, onProblem);
  const seen = withReading(patient, new Map(patient.last), message, receivedAt);
  return { ...patient, ...seen, state, news2, through: number };
}
