import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { TestHospital } from '../testing/test-hospital.ts';

const policy = {
  rules: [spo2LowAtOnce],
};

test('a reading whose alarm meets a notice number that the store has already is stored, never refused for good', async () => {
  const hospital = await TestHospital.start();
  onTestFinished(() => hospital.remove());
  await hospital.admit('p1', { policy });
  const patient = await hospital.patient('p1');
  await patient.agree();
  // As a commit leaves it that came to its end after the hospital had given it up.
  await hospital.store.alarms.raise(hospital.store.database, {
    id: randomUUID(),
    patient: 1,
    rule: 'another',
    priority: 'high',
    state: 'resolved',
    raised_at: 0,
    due_at: null,
    closed_at: 0,
    life: '{"state":"resolved"}',
    notice: new Uint8Array(),
    notice_number: 0,
  });
  const { acknowledgement } = await patient.send([await patient.sealReading(1, { spo2: 80 })]);
  expect(acknowledgement?.results.map(({ outcome }) => outcome)).toEqual(['stored']);
  expect(await hospital.store.alarms.open()).toHaveLength(1);
});
