// A phone that is put back to an older copy of itself: no counter is used twice, no reading is stored twice, what the copy
// does not know the hospital still has, and what the patient enters from then on is stored. What it had taken after the copy
// and not delivered is gone; patient and hospital are told so.

import { type SensorDevice, startSensor } from '@vitalseal/app-sensor';
import {
  type Bytes,
  bytesToHex,
  decimal,
  decodeCbor,
  type Identity,
  mdc,
  mdcUnit,
  originKey,
} from '@vitalseal/protocol';
import { decodeSensorAnswer } from '@vitalseal/secure-element';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { anna } from '../journeys/clinic.fixture.ts';
import { KeptPhone } from './kept-phone.fixture.ts';
import { certifiedSensor, linkWithPage } from './linked-sensor.fixture.ts';
import { PhoneBench, type Tab } from './phone.fixture.ts';
import { temperature } from './readings.fixture.ts';

const pin = '2580';
const strap: Identity = { role: 'sensor', id: 'chest-strap' };
let bench: PhoneBench;
let phone: KeptPhone;

beforeAll(async () => {
  bench = await PhoneBench.open();
  phone = new KeptPhone(bench);
}, 120_000);
afterAll(async () => {
  await phone.close();
  await bench.close();
});

/** By channel and counter, which make the nonce: what was sealed under it. */
const sealed = new Map<string, string>();

function expectNewNonce(record: Bytes): void {
  const [header] = decodeCbor(record, { maxBytes: record.length }) as [Bytes];
  const before = sealed.get(bytesToHex(header));
  if (before !== undefined) expect(bytesToHex(record)).toBe(before);
  sealed.set(bytesToHex(header), bytesToHex(record));
}

function watchPosts(tab: Tab): void {
  tab.page.on('request', (request) => {
    const body = request.url().endsWith('/patient/records') ? request.postDataBuffer() : null;
    if (body === null) return;
    for (const record of decodeCbor(new Uint8Array(body), { maxBytes: body.length }) as Bytes[]) expectNewNonce(record);
  });
}

let device: SensorDevice;
let measured = 0;

/** Of a sensor that goes on, whatever becomes of the phone. */
async function measure(tab: Tab, count: number): Promise<void> {
  const sensor = await startSensor({
    device,
    patient: anna,
    measuredBefore: measured,
    readings: Array.from({ length: count }, (_, i) => ({
      measuredAt: Date.now(),
      measurements: [
        { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: decimal(60 + ((measured + i) % 60), 0) },
      ],
    })),
    clock: { now: Date.now },
    connect: () =>
      linkWithPage(tab.page, (type, body) => {
        if (type !== 'answer') return;
        for (const record of decodeSensorAnswer(body).acknowledgements) expectNewNonce(record);
      }),
  });
  await sensor.finished;
  await sensor.stop();
  measured += count;
}

async function enter(tab: Tab, count: number): Promise<void> {
  for (let i = 0; i < count; i++) expect(await tab.act('enter', temperature)).toBeUndefined();
}

test('put back, it goes on with the hospital and its sensor; nothing is doubled or sealed twice, and what is gone is told', async () => {
  device = await certifiedSensor(bench.clinic, strap);
  const tab = await bench.activated(pin, { context: await phone.start(), sensors: [strap.id] });
  watchPosts(tab);
  await measure(tab, 5);
  await enter(tab, 1);
  await tab.until(`state.readings.length === 6 && state.waiting.readings === 0`);
  const back = await bench.clinic.outage();
  await measure(tab, 3);
  await enter(tab, 2);
  await tab.until(`state.waiting.readings === 5`);
  await phone.stop();
  phone.backUp();
  await back();

  const before = await phone.unlocked(pin);
  watchPosts(before);
  await measure(before, 4);
  await enter(before, 2);
  const { putBack } = await before.until(`state.readings.length === 17 && state.waiting.readings === 0`);
  expect(putBack).toBeUndefined();
  expect(await bench.readings()).toBe(17);
  expect(await bench.openAlarms()).not.toContain('phone-put-back');
  const away = await bench.clinic.outage();
  await enter(before, 2);
  const lastTaken = Date.now();
  await phone.stop();
  phone.putBack();
  await away();

  const after = await phone.unlocked(pin);
  watchPosts(after);
  // What waited in the copy is with the hospital already, and is confirmed again.
  const told = await after.until(`state.readings.length === 11 && state.waiting.readings === 0`);
  // Of what it had confirmed last before the copy was made: the reading by hand, ahead of the outage.
  expect(told.putBack).toEqual({ from: told.readings[5]?.where.confirmedAt, until: expect.any(Number) });
  expect(told.putBack?.until).toBeGreaterThan(lastTaken);
  await vi.waitFor(async () => expect(await bench.openAlarms()).toContain('phone-put-back'));
  // And the card's own word.
  expect(await bench.readings()).toBe(18);
  await measure(after, 4);
  await enter(after, 2);
  await after.until(`state.readings.length === 17 && state.waiting.readings === 0`);
  expect(await bench.readings()).toBe(24);
  const origins = (await bench.stored()).map(({ reading }) => originKey(reading.origin));
  expect(new Set(origins).size).toBe(24);
  expect(bench.complaints).toEqual([]);
}, 240_000);

test('a new letter makes it a new card, with the hospital and with the sensor', async () => {
  await phone.stop();
  const tab = await bench.tab(await phone.start());
  await tab.until(`state.card.state === 'locked'`);
  expect(await tab.act('wipe')).toBeUndefined();
  await tab.page.close();
  await phone.stop();
  const again = await bench.activated(pin, { context: await phone.start(), sensors: [strap.id] });
  await measure(again, 3);
  await enter(again, 1);
  await again.until(`state.readings.length === 4 && state.waiting.readings === 0`);
  expect(await bench.readings()).toBe(28);
  expect((await again.state()).putBack).toBeUndefined();
}, 180_000);
