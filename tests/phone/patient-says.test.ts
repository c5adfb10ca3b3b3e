// What the patient says by the app: a call for help, and what is shared; and what of it the hospital then knows.

import { mdc } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PhoneBench, type Tab } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const pin = '2580';
const berlin = { latitude: 52.52, longitude: 13.405, accuracy: 20 };
const soon = { timeout: 20_000, interval: 100 };
let bench: PhoneBench;
let tab: Tab;

beforeAll(async () => {
  bench = await PhoneBench.open();
  await bench.context.grantPermissions(['geolocation']);
  await bench.context.setGeolocation(berlin);
  tab = await bench.activated(pin);
}, 180_000);
afterAll(() => bench.close());

const codes = async () => (await bench.stored()).map(({ reading }) => reading.measurements[0]?.code);

test('a call for help is an alarm at the hospital, and confirmed', async () => {
  expect(await tab.act('callForHelp')).toBeUndefined();
  await tab.until(`state.emergency.state === 'confirmed'`);
  await vi.waitFor(async () => expect(await bench.openAlarms()).toContain('help-requested'), soon);
  // It is no reading of the patient's.
  expect((await tab.state()).readings).toEqual([]);
}, 60_000);

test('the place goes with a reading from when it is shared until it is withdrawn', async () => {
  expect(await tab.act('shareLocation', true)).toBeUndefined();
  await tab.until(`state.location.state === 'shared' && state.location.last !== undefined`);
  expect(await tab.act('enter', temperature)).toBeUndefined();
  await tab.until(`state.readings.length === 1 && state.readings[0].where.place === 'hospital'`);
  expect((await bench.stored()).at(-1)?.location).toMatchObject({ latitude: berlin.latitude });
  expect(await tab.act('shareLocation', false)).toBeUndefined();
  expect(await tab.act('enter', temperature)).toBeUndefined();
  await tab.until(`state.readings.length === 2 && state.readings[1].where.place === 'hospital'`);
  expect((await bench.stored()).at(-1)?.location).toBeUndefined();
}, 60_000);

test('readings that are not shared stay on the phone, and the hospital is told that they do', async () => {
  expect(await tab.act('shareReadings', false)).toBeUndefined();
  const before = await vi.waitFor(async () => {
    expect((await codes()).at(-1)).toBe(mdc.readingsShared);
    return bench.readings();
  }, soon);
  expect(await tab.act('enter', temperature)).toBeUndefined();
  const kept = await tab.until(`state.readings.length === 3`);
  expect(kept.readings[2]?.where).toEqual({ place: 'refused', code: 'not-shared' });
  expect(kept.consent).toEqual({ readings: false, location: false });
  expect(await tab.act('shareReadings', true)).toBeUndefined();
  expect(await tab.act('enter', temperature)).toBeUndefined();
  await tab.until(`state.readings.length === 4 && state.readings[3].where.place === 'hospital'`);
  // The word that it is shared again, and the reading after it: the one between is the patient's alone.
  expect(await bench.readings()).toBe(before + 2);
}, 60_000);
