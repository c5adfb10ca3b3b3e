// From the hospital's activation code to its confirmation of a reading, in the patient's browser alone.

import { decimal, mdc, mdcUnit } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { anna } from '../journeys/clinic.fixture.ts';
import { PhoneBench, type Tab } from './phone.fixture.ts';

const pin = '2580';
const temperature = [{ code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: decimal(381, -1) }];
let bench: PhoneBench;

beforeAll(async () => {
  bench = await PhoneBench.open();
});
afterAll(() => bench.close());

async function activated(tab: Tab): Promise<void> {
  const { code } = await bench.clinic.invite();
  await tab.until(`state.card.state === 'new'`);
  // The running hospital takes over what this process wrote into its store.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await tab.act('activate', code, pin)).toBeUndefined();
}

test('a fresh phone is activated by the code, and a reading typed in is confirmed by the hospital', async () => {
  const tab = await bench.tab();
  await activated(tab);
  const opened = await tab.until(`state.card.state === 'open'`);
  expect(opened).toMatchObject({ patient: anna.id });
  expect(await tab.act('enter', temperature)).toBeUndefined();
  const confirmed = await tab.until(`state.readings.length === 1 && state.readings[0].where.place === 'hospital'`);
  expect(confirmed.readings[0]).toMatchObject({ source: { kind: 'entered' }, late: false });
  const [card] = await bench.clinic.store.cards.ofPatient(anna.id);
  expect(card).toMatchObject({ stage: 'in-service', problem: null });
  expect(bench.complaints).toEqual([]);

  // Killed and opened again it is the same card, closed until the PIN.
  await tab.page.close();
  const again = await bench.tab();
  await again.until(`state.card.state === 'locked'`);
  expect(await again.act('unlock', '0000')).toBe('pin-refused');
  expect((await again.state()).card).toEqual({ state: 'locked', triesLeft: 2 });
  expect(await again.act('unlock', pin)).toBeUndefined();
  expect(await again.act('enter', temperature)).toBeUndefined();
  await again.until(`state.readings.at(-1)?.where.place === 'hospital'`);
  await vi.waitFor(async () => expect(await readingsAtHospital()).toBe(2), { timeout: 10_000 });
  await again.page.close();
}, 180_000);

async function readingsAtHospital(): Promise<number> {
  const patient = await bench.clinic.store.patients.find(anna.id);
  if (!patient) throw new Error('expected the patient');
  return bench.clinic.store.readings.countOf(patient.number);
}
