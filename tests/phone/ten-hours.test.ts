// Ten hours without the hospital at a reading a second, and then all of it at once: from a sealed sensor through the app
// and its card into a hospital's store. The patient reads on the screen how it stands.

import { startSensor } from '@vitalseal/app-sensor';
import { decimal, type Identity, mdc, mdcUnit } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anna } from '../journeys/clinic.fixture.ts';
import { certifiedSensor, linkWithPage } from './linked-sensor.fixture.ts';
import { PhoneBench, type Tab } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const readings = 36_000;
const patienceMs = 300_000;
const strap: Identity = { role: 'sensor', id: 'chest-strap' };
let bench: PhoneBench;
let tab: Tab;

beforeAll(async () => {
  bench = await PhoneBench.open({ page: 'screens' });
  tab = await bench.activated('2580', { sensors: [strap.id] });
}, 180_000);
afterAll(() => bench.close());

const origin = Date.now() - readings * 1000;

/** How many of those shown a condition holds for: the readings themselves are too many to be asked for. */
const count = (condition: string) =>
  tab.page.evaluate<number>(`phone.state.readings.filter((reading) => ${condition}).length`);

test('ten hours of readings wait on the phone, which says so, and those that came late are marked', async () => {
  const back = await bench.clinic.outage();
  const sensor = await startSensor({
    device: await certifiedSensor(bench.clinic, strap),
    patient: anna,
    readings: Array.from({ length: readings }, (_, second) => ({
      measuredAt: origin + 1000 * second,
      measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(60 + (second % 40), 0) }],
    })),
    clock: { now: Date.now },
    connect: () => linkWithPage(tab.page),
  });
  await sensor.finished;
  expect(sensor.counts()).toMatchObject({ acknowledged: readings, refused: 0, waiting: 0 });
  await sensor.stop();
  await tab.until(`state.waiting.readings === ${readings} && state.delivery.state === 'waiting'`, patienceMs);
  await tab.page.getByText('36000 readings are safe on this phone', { exact: false }).waitFor();
  expect(await count(`reading.where.place === 'phone'`)).toBe(readings);
  // A sensor that was out of reach for ten hours: but for its last minutes all of it came late to the card.
  expect(await count(`reading.late && reading.measuredAt < ${origin + 35_000_000}`)).toBe(35_000);
  expect(await tab.act('enter', temperature)).toBeUndefined();
  expect(await count(`!reading.late && reading.source.kind === 'entered'`)).toBe(1);
  await back();
}, 400_000);

test('once the hospital is back it has each of them once and in order, and the patient sees that it has all', async () => {
  await tab.until('state.waiting.readings === 0', patienceMs);
  expect(await count(`reading.where.place === 'hospital'`)).toBe(readings + 1);
  await tab.page.getByText('Your hospital has all your readings').waitFor();
  const stored = (await bench.stored()).map(({ reading }) => reading);
  expect(stored).toHaveLength(readings + 1);
  const sealed = stored.slice(0, readings);
  expect(sealed.every(({ measuredAt }, second) => measuredAt.utcMs === origin + 1000 * second)).toBe(true);
  const pulses = sealed.map(({ measurements: [pulse] }) => pulse?.value);
  expect(pulses).toEqual(Array.from({ length: readings }, (_, second) => decimal(60 + (second % 40), 0)));
  expect(stored.at(-1)?.measurements).toEqual(temperature);
  expect(bench.complaints).toEqual([]);
}, 400_000);
