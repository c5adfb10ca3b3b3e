import { expect, onTestFinished, test } from 'vitest';
import { TestHospital } from '../testing/test-hospital.ts';
import { rotateDataKeys } from './rotate-data-keys.ts';
import { keyVersionOf } from './sealed-value.ts';

test('while the hospital serves, new readings are sealed under the new key, and all of them open', async () => {
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
  const versions = async () => {
    const rows = await store.database.selectFrom('readings').select('payload').orderBy('number').execute();
    return rows.map(({ payload }) => keyVersionOf(payload));
  };
  await expect
    .poll(
      async () => {
        await patient.send([await patient.sealReading(sequence++)]);
        return (await versions()).at(-1);
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBe(2);
  expect((await versions())[0]).toBe(1);
  const p1 = (await store.patients.find('p1'))?.number ?? -1;
  const all = await store.readings.between(store.database, p1, 0, 1e15, 1000);
  expect(all.every(({ payload }) => payload.length > 0)).toBe(true);
  expect(all).toHaveLength(sequence);
});
