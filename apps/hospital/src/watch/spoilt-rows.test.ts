import { encodeCbor } from '@vitalseal/protocol';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AlarmRow } from '../store/alarms.ts';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';

let hospital: TestHospital;
beforeEach(async () => {
  hospital = await TestHospital.start();
  await hospital.onCall({ role: 'doctor', id: 'd1' });
  for (const id of ['p1', 'p2']) await hospital.admit(id, { policy: { rules: [spo2LowAtOnce] } });
});
afterEach(() => hospital.remove());

const inAlarm = { pulse: 190, spo2: 70, respiration: 40 };

async function agreed(id: string): Promise<TestPatient> {
  const patient = await hospital.patient(id);
  await patient.agree();
  return patient;
}

async function measure(patient: TestPatient, from: number, count = 6): Promise<void> {
  const records = [];
  for (let sequence = from; sequence < from + count; sequence++) {
    records.push(await patient.sealReading(sequence, inAlarm, Date.now() - (count - sequence + from) * 1000));
  }
  expect(await patient.send(records)).toMatchObject({ status: 200 });
}

const alarmsRaised = async () => (await hospital.store.counts()).alarms.raised;

const spoilt: readonly [string, (store: TestHospital['store']) => Promise<unknown>][] = [
  [
    'a policy',
    async (store) => {
      const p1 = await store.patients.find('p1');
      await store.patients.admit({
        identity: 'p1',
        name: '',
        bed: '',
        policy: '{"rules":1}',
        at: p1?.admitted_at ?? 0,
      });
    },
  ],
  [
    'the name and policy of a patient',
    ({ database }) => sql`update patients set particulars = x'01' where identity = 'p1'`.execute(database),
  ],
  ['the key of a patient', ({ database }) => sql`delete from data_keys where owner = 1`.execute(database)],
  [
    'the wrapped key of a patient',
    ({ database }) => sql`update data_keys set wrapped = x'01' where owner = 1`.execute(database),
  ],
  ['what the rules remembered', (store) => resealTriage(store, '{"state":{}}')],
  ['memory that is no JSON', (store) => resealTriage(store, 'x')],
  ['memory that is not sealed', ({ database }) => sql`update triage set state = x'01'`.execute(database)],
  ['readings', ({ database }) => sql`update readings set payload = ${encodeCbor([1])}`.execute(database)],
  ['the notice of an alarm', ({ database }) => sql`update alarms set notice = ${encodeCbor([1])}`.execute(database)],
  ['the life of an alarm', (store) => resealLives(store, '{')],
  ['half the life of an alarm', (store) => resealLives(store, '{"state":"raised"}')],
];

async function resealTriage(store: TestHospital['store'], state: string): Promise<void> {
  const rows = await store.triage.all(store.database);
  await store.triage.save(
    store.database,
    rows.map((row) => ({ ...row, state })),
  );
}

async function resealLives(store: TestHospital['store'], life: string): Promise<void> {
  for (const row of await store.alarms.open()) {
    await store.alarms.change(store.database, row, { ...pick(row), life });
  }
}

const pick = ({ state, due_at, closed_at }: AlarmRow) => ({ state, due_at, closed_at });

test.each(spoilt)(
  'when %s cannot be read the hospital starts, and alarms of both patients are raised',
  async (_, spoil) => {
    const [one] = [await agreed('p1'), await agreed('p2')];
    await measure(one, 0);
    expect(await alarmsRaised()).toBeGreaterThan(0);
    await hospital.halt();
    await spoil(hospital.store);
    await hospital.serve();
    const before = await alarmsRaised();
    const two = await agreed('p2');
    await measure(two, 0);
    expect(await alarmsRaised()).toBeGreaterThan(before);
    const again = await agreed('p1');
    await measure(again, 100);
    expect((await hospital.store.counts()).stored).toBe(18);
  },
);
