// No room on the phone: nothing is said to be kept that is not, what was kept before still reaches the hospital, and the
// patient is told until there is room again.

import { startSensor } from '@vitalseal/app-sensor';
import { decimal, type Identity, mdc, mdcUnit } from '@vitalseal/protocol';
import type { CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anna } from '../journeys/clinic.fixture.ts';
import { KeptPhone } from './kept-phone.fixture.ts';
import { certifiedSensor, linkWithPage } from './linked-sensor.fixture.ts';
import { PhoneBench, type Tab } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const strap: Identity = { role: 'sensor', id: 'chest-strap' };
let bench: PhoneBench;
let phone: KeptPhone;
let tab: Tab;
let session: CDPSession;

beforeAll(async () => {
  bench = await PhoneBench.open();
  // A browser that keeps nothing on a disk counts nothing.
  phone = new KeptPhone(bench);
  const context = await phone.start();
  tab = await bench.activated('2580', { context, sensors: [strap.id] });
  session = await context.newCDPSession(tab.page);
}, 180_000);
afterAll(async () => {
  await phone.close();
  await bench.close();
});

/** For as long as its session. @param bytes undefined: as much as there is */
async function room(bytes?: number): Promise<void> {
  const { origin } = new URL(tab.page.url());
  const { usage } = await session.send('Storage.getUsageAndQuota', { origin });
  const quotaSize = bytes === undefined ? {} : { quotaSize: usage + bytes };
  await session.send('Storage.overrideQuotaForOrigin', { origin, ...quotaSize });
  // The card asks twice a second.
  await tab.page.waitForTimeout(1000);
}

test('what was kept before is delivered though nothing new fits, and the patient is told', async () => {
  const back = await bench.clinic.outage();
  for (let i = 0; i < 3; i++) expect(await tab.act('enter', temperature)).toBeUndefined();
  await room(1 << 20);
  expect(await tab.act('enter', temperature)).toBe('storage-full');
  const full = await tab.until('state.storage.full');
  expect(full.readings).toHaveLength(3);
  await back();
  await tab.until(`state.readings.every(({ where }) => where.place === 'hospital')`);
  expect(await bench.readings()).toBe(3);
  expect((await tab.state()).storage.full).toBe(true);
}, 120_000);

test('a sensor keeps what the phone has no room for, and hands it over when there is some', async () => {
  const device = await certifiedSensor(bench.clinic, strap);
  const measuredAt = Date.now();
  const sensor = await startSensor({
    device,
    patient: anna,
    readings: Array.from({ length: 40 }, (_, i) => ({
      measuredAt: measuredAt + i,
      measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(60 + i, 0) }],
    })),
    clock: { now: Date.now },
    connect: () => linkWithPage(tab.page),
  });
  await expect.poll(() => sensor.counts().measured).toBe(40);
  await tab.page.waitForTimeout(1500);
  expect(sensor.counts()).toMatchObject({ acknowledged: 0, waiting: 40 });
  await room();
  await sensor.finished;
  await sensor.stop();
  await tab.until(`state.readings.length === 43 && state.readings.every(({ where }) => where.place === 'hospital')`);
  expect((await tab.state()).storage.full).toBe(false);
  expect(await bench.readings()).toBe(43);
  expect(await tab.act('enter', temperature)).toBeUndefined();
}, 120_000);
