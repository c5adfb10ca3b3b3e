import { expect, onTestFinished, test } from 'vitest';
import { TestHospital } from '../testing/test-hospital.ts';
import { rotateDataKeys } from './rotate-data-keys.ts';
import { keyVersionOf } from './sealed-value.ts';

test('while the hospital serves, new readings come under the new key, on a new channel, and all of them open', async () => {
  const hospital = await TestHospital.start();
  onTestFinished(() => hospital.remove());
  await hospital.admit('p1');
  await hospital.admit('p2');
  const patient = await hospital.patient('p1');
  await patient.agree();
  await patient.send([await patient.sealReading(0)]);
  const { store } = hospital;
  expect(await rotateDataKeys(store, 'all', 'operator:t')).toBe(3);
  await expect(rotateDataKeys(store, { patient: 'nobody' }, 'operator:t')).rejects.toMatchObject({
    code: 'unknown-patient',
  });
  let sequence = 1;
  const former = patient.secrets;
  const send = async () => patient.send([await patient.sealReading(sequence)]);
  // Until the hospital has looked, the key before is the newest that it knows.
  await expect
    .poll(
      async () => {
        const answer = await send();
        if (answer.unanswered.length === 0) sequence += 1;
        return answer.unanswered;
      },
      { timeout: 10_000, interval: 200 },
    )
    .toEqual([[0, 'channel-unknown']]);
  await patient.agree();
  expect(await send()).toMatchObject({ status: 200, unanswered: [] });
  // Nor does a start bring it back.
  await hospital.halt();
  await hospital.serve();
  const again = await hospital.patient('p1');
  await again.use(former, 100);
  expect(await again.send([await again.sealReading(99)])).toMatchObject({ unanswered: [[0, 'channel-unknown']] });

  const p1 = (await store.patients.find('p1'))?.number ?? -1;
  const keys = await store.database.selectFrom('reading_keys').selectAll().orderBy('through').execute();
  expect(keys.map(({ secrets }) => keyVersionOf(secrets))).toEqual([1, 2]);
  expect(new Set(keys.map(({ patient }) => patient))).toEqual(new Set([p1]));
  const all = await store.readings.between(store.database, p1, 0, 1e15, 1000);
  expect(all.every(({ payload }) => payload.length > 0)).toBe(true);
  expect(all).toHaveLength(sequence + 1);
});
