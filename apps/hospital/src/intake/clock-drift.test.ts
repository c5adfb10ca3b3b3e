// A phone's clock that is off, as the hospital sees it.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';

let hospital: TestHospital;
let patient: TestPatient;

beforeEach(async () => {
  hospital = await TestHospital.start();
  await hospital.admit('p1');
  patient = await hospital.patient('p1');
  await patient.agree();
});
afterEach(() => hospital.remove());

const sealed = (sequence: number, clockDriftMs?: number) =>
  patient.seal(patient.message(patient.reading(sequence), clockDriftMs === undefined ? {} : { clockDriftMs }));

test('readings of a phone whose clock is far off are stored, and counted for who runs the hospital', async () => {
  const day = 24 * 3_600_000;
  const records = [await sealed(1), await sealed(2, 60_000), await sealed(3, day), await sealed(4, -day)];
  const { acknowledgement } = await patient.send([...records, await sealed(4, day)]);
  expect(acknowledgement?.results.map(({ outcome }) => outcome)).toEqual([
    ...['stored', 'stored', 'stored', 'stored'],
    'duplicate',
  ]);
  const metrics = await (await fetch(new URL('/metrics', hospital.running.peopleUrl))).text();
  expect(metrics).toContain('vitalseal_readings_clock_off_total 2');
});
