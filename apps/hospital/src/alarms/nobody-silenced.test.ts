import { expect, onTestFinished, test } from 'vitest';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';

const doctor = { role: 'doctor', id: 'd1' } as const;
/** After 15 minutes of silence the default policy calls. */
const silenceMs = 20 * 60_000;

let now = Date.now();

async function started(): Promise<TestHospital> {
  now = Date.now();
  const hospital = await TestHospital.start({ clock: { now: () => now } });
  onTestFinished(() => hospital.remove());
  return hospital;
}

async function monitored(
  hospital: TestHospital,
  id: string,
  policy: object | null = { rules: [spo2LowAtOnce] },
): Promise<TestPatient> {
  await hospital.admit(id, { policy });
  const patient = await hospital.patient(id);
  await patient.agree();
  return patient;
}

async function listening(hospital: TestHospital) {
  const clinician = await hospital.clinician(doctor);
  await clinician.agree();
  await clinician.listen();
  return clinician;
}

test('an alarm that went all the way up while nobody was on call is sent to whoever comes on call', async () => {
  const hospital = await started();
  const patient = await monitored(hospital, 'p1');
  await patient.send([await patient.sealReading(1, { spo2: 80 })]);
  const life = async () => JSON.parse((await hospital.store.alarms.open())[0]?.life ?? '{}');
  const { escalation } = await life();
  for (let step = 0; step <= escalation.levels; step++) {
    const { history } = await life();
    now += 3_600_000;
    await expect.poll(async () => (await life()).history.length, { timeout: 10_000 }).toBeGreaterThan(history.length);
  }
  expect((await life()).level).toBe(escalation.levels);
  await hospital.onCall(doctor);
  const d1 = await listening(hospital);
  now += 3_600_000;
  const { notice } = await d1.until(({ message }) => message.type === 'alarm');
  expect(notice?.rule).toBe('spo2-low');
}, 30_000);

test('an alarm that cannot be sealed does not keep the next one from the doctor', async () => {
  const hospital = await started();
  await hospital.onCall(doctor);
  for (const id of ['p1', 'p2']) {
    const patient = await monitored(hospital, id);
    await patient.send([await patient.sealReading(1, { spo2: 80 })]);
    now += 1;
  }
  const [first] = await hospital.store.alarms.open();
  const broken = 7 as unknown as Uint8Array<ArrayBuffer>;
  await hospital.store.database
    .updateTable('alarms')
    .set({ notice: broken })
    .where('id', '=', first?.id ?? '')
    .execute();
  const d1 = await listening(hospital);
  const { notice } = await d1.until(({ message }) => message.type === 'alarm');
  expect(notice?.patient.id).toBe('p2');
});

test('a patient of whom no notice can be made neither hides the others nor keeps their silence from being noticed', async () => {
  const hospital = await started();
  await hospital.onCall(doctor);
  // Longer than a page can be told: written beside the command, which refuses it.
  const name = 'x'.repeat(300);
  await hospital.store.patients.admit({ identity: 'p0', name, bed: '', policy: null, at: now });
  const p1 = await monitored(hospital, 'p1', null);
  await p1.send([await p1.sealReading(1, { spo2: 97 }, now)]);
  const d1 = await listening(hospital);
  await d1.until(({ message }) => message.type === 'patient' && message.patient.id === 'p1');
  now += silenceMs;
  const { notice } = await d1.until(({ message, notice }) => message.type === 'alarm' && notice?.patient.id === 'p1');
  expect(notice).toMatchObject({ rule: 'stream-silent' });
});

test('an alarm whose notice cannot hold its particulars goes out without them', async () => {
  const hospital = await started();
  await hospital.onCall(doctor);
  const name = 'x'.repeat(300);
  const policy = JSON.stringify({ rules: [spo2LowAtOnce] });
  await hospital.store.patients.admit({ identity: 'p1', name, bed: '', policy, at: now });
  const patient = await hospital.patient('p1');
  await patient.agree();
  const { acknowledgement } = await patient.send([await patient.sealReading(1, { spo2: 70 }, now)]);
  expect(acknowledgement?.results).toMatchObject([{ outcome: 'stored' }]);
  const d1 = await listening(hospital);
  const { notice } = await d1.until(({ message }) => message.type === 'alarm');
  expect(notice).toMatchObject({ patient: { id: 'p1' }, patientName: '', rule: 'spo2-low', readings: [] });
});

test('an admission that cannot be read does not keep the silence of the others from being noticed', async () => {
  const hospital = await started();
  await hospital.onCall(doctor);
  const p1 = await monitored(hospital, 'p1', null);
  await p1.send([await p1.sealReading(1, { spo2: 97 }, now)]);
  const d1 = await listening(hospital);
  await d1.until(({ message }) => message.type === 'patient' && message.patient.id === 'p1');
  await hospital.admit('p2', { policy: { rules: 'of another release' } });
  now += silenceMs;
  const { notice } = await d1.until(({ message }) => message.type === 'alarm');
  expect(notice).toMatchObject({ patient: { id: 'p1' }, rule: 'stream-silent' });
});
