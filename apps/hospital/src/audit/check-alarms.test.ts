// Whoever silences an alarm, or sends a patient home, by editing the database is named by what they edited.
import { formatIdentity } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { erasePatient } from '../at-rest/erase-patient.ts';
import { registerPerson } from '../people/person-register.ts';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import { patientName } from './acts.ts';
import { checkStore } from './check-store.ts';

const actor = 'operator:t';
let hospital: TestHospital;
let answered: string;
let waiting: string;

beforeAll(async () => {
  hospital = await TestHospital.start();
  const doctor = { role: 'doctor', id: 'd1' } as const;
  const person = { identity: formatIdentity(doctor), role: doctor.role, name: 'D', tier: 1, on_call: 1 };
  await hospital.store.transaction((db) => registerPerson(hospital.store, person, actor, db));
  for (const id of ['answered', 'waiting', 'erased', 'home']) {
    await hospital.admit(id, { policy: { rules: [spo2LowAtOnce] } });
    await logged('patient-admitted', id);
  }
  const d1 = await hospital.clinician(doctor);
  await d1.agree();
  await d1.listen();
  for (const id of ['answered', 'waiting', 'erased']) {
    const patient = await hospital.patient(id);
    await patient.agree();
    await patient.send([await patient.sealReading(1, { spo2: 80 })]);
  }
  [answered, waiting] = [await alarmOf('answered'), await alarmOf('waiting')];
  await d1.ask({ type: 'acknowledge', alarm: answered });
  await hospital.halt();
  const { store } = hospital;
  for (const id of ['erased', 'home']) {
    await store.patients.discharge(id, Date.now(), store.database);
    await logged('patient-discharged', id);
  }
  await erasePatient(store, 'erased', { actor, at: Date.now() });
}, 60_000);
afterAll(() => hospital.remove());

function logged(kind: 'patient-admitted' | 'patient-discharged', id: string): Promise<void> {
  const { store } = hospital;
  return store.transaction(async (db) => store.audit.append(db, { kind, actor, patient: patientName(id) }));
}

async function alarmOf(id: string): Promise<string> {
  const { number } = (await hospital.store.patients.find(id)) ?? {};
  const alarm = (await hospital.store.alarms.open()).find(({ patient }) => patient === number);
  if (alarm === undefined) throw new Error(`expected an alarm of ${id} that is open`);
  return alarm.id;
}

const lines = async () => (await checkStore(hospital.store)).findings.map(({ damage, line }) => `${damage}: ${line}`);

test('alarms and patients that the hospital changed itself are as the log has them', async () => {
  const rows = await hospital.store.database.selectFrom('alarms').select(['state', 'closed_at']).execute();
  expect(rows.map(({ state }) => state)).toContain('acknowledged');
  expect(rows.filter(({ closed_at }) => closed_at !== null)).toHaveLength(1);
  expect(await lines()).toEqual([]);
});

test.each([
  ['closed', { state: 'resolved', closed_at: 1 }],
  ['said to be over', { closed_at: 1 }],
  ['said to be answered', { state: 'acknowledged' }],
  ['lowered', { priority: 'low' }],
  ["made another patient's", { patient: 1 }],
])('an alarm that was %s by hand is named', async (_, change) => {
  const { database } = hospital.store;
  const { state, closed_at, priority, patient } = await row(waiting);
  await database.updateTable('alarms').set(change).where('id', '=', waiting).execute();
  expect(await lines()).toEqual([
    `edited: the alarm ${waiting} of urn:vitalseal:patient:waiting was edited in the store: its state, its priority or whose it is`,
  ]);
  await database.updateTable('alarms').set({ state, closed_at, priority, patient }).where('id', '=', waiting).execute();
});

test('an alarm that was removed by hand is named, and one that waits again after a doctor answered it', async () => {
  const { database } = hospital.store;
  const before = await row(waiting);
  const { state } = await row(answered);
  for (const table of ['deliveries', 'alarm_events', 'dispatches'] as const) {
    await database.deleteFrom(table).where('alarm', '=', waiting).execute();
  }
  await database.deleteFrom('alarms').where('id', '=', waiting).execute();
  await database.updateTable('alarms').set({ state: 'raised' }).where('id', '=', answered).execute();
  expect(await lines()).toEqual(
    expect.arrayContaining([
      `removed: the alarm ${waiting} of urn:vitalseal:patient:waiting was removed from the store by hand`,
      expect.stringContaining(`edited: the alarm ${answered} `),
    ]),
  );
  await database.insertInto('alarms').values(before).execute();
  await database.updateTable('alarms').set({ state }).where('id', '=', answered).execute();
});

test('a patient who was discharged by hand, or taken under care again, is named', async () => {
  const { database } = hospital.store;
  const set = (identity: string, discharged_at: number | null) =>
    database.updateTable('patients').set({ discharged_at }).where('identity', '=', identity).execute();
  await set('waiting', 1);
  await set('home', null);
  expect((await lines()).toSorted()).toEqual([
    'edited: urn:vitalseal:patient:home was taken under care again in the store by hand',
    'edited: urn:vitalseal:patient:waiting was discharged in the store by hand',
  ]);
  await set('waiting', null);
  await set('home', 1);
});

function row(id: string) {
  return hospital.store.database.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
