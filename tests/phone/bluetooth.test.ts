// The app's phone and real sensors on an emulated radio, through Chromium's own Web Bluetooth: from the activation code to
// the hospital's confirmation of what a sealed and a standard sensor measured, over a plain link and a paired one.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runStandard } from '@vitalseal/app-sensor';
import { type Bluez, chooseDevice, type RadioRoom, startBluez, startRadioRoom } from '@vitalseal/ble/testing';
import { decimal, type Identity } from '@vitalseal/protocol';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { PhoneBench, type Tab } from './phone.fixture.ts';
import { sealedSensorOnAir, standardSensorOnAir } from './sensors-on-air.fixture.ts';

const pin = '2580';
const strap: Identity = { role: 'sensor', id: 'chest-strap' };
const pulses = Array.from({ length: 12 }, (_, i) => 60 + i);
let room: RadioRoom;
beforeAll(async () => {
  room = await startRadioRoom();
});
afterAll(() => room.close());

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Stage {
  readonly bench: PhoneBench;
  readonly tab: Tab;
  readonly bluez: Bluez;
  readonly folder: string;
}

/** An activated phone whose Bluetooth is a controller of the room, and whose patient chooses the device of that name. */
async function stage(choosing: string, activating: Parameters<PhoneBench['activated']>[1] = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-phone-radio-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const bluez = await startBluez((await room.controller()).address);
  closing.push(() => bluez.close());
  const bench = await PhoneBench.open(bluez.launchOptions);
  closing.push(() => bench.close());
  const tab = await bench.activated(pin, activating);
  await tab.until(`state.bluetooth === 'on'`);
  await chooseDevice(await bench.context.newCDPSession(tab.page), { name: choosing });
  return { bench, tab, bluez, folder };
}

test.each(['open', 'secured'] as const)(
  'a sealed sensor is added by the code on it, and what it measures is confirmed: %s link',
  async (access) => {
    const name = `Strap ${access}`;
    const it = await stage(name);
    const sensor = await sealedSensorOnAir({ room, clinic: it.bench.clinic, identity: strap, name, access, pulses });
    closing.push(() => sensor.close());
    expect(await it.tab.act('addSealedSensor', sensor.code)).toBeUndefined();
    await sensor.measuring;
    const seen = await it.tab.until(
      `state.readings.length === ${pulses.length} && state.readings.every(({ where }) => where.place === 'hospital')`,
    );
    expect(seen.readings[0]?.source).toEqual({ kind: 'sealed-sensor', sensor: strap.id });
    expect(seen.sensors).toMatchObject([
      { name, kind: 'sealed', link: { state: 'connected' }, battery: 71, dropped: 0 },
    ]);
    const stored = await it.bench.stored();
    const values = stored.map(({ reading: { measurements } }) => measurements[0]?.value);
    expect(values).toEqual(pulses.map((pulse) => decimal(pulse, 0)));
    expect(it.bench.complaints).toEqual([]);
  },
  180_000,
);

test.each(['open', 'secured'] as const)(
  'a standard sensor is chosen, and its values are sealed from the phone on and marked: %s link',
  async (access) => {
    const name = `Shop ${access}`;
    const it = await stage(name);
    closing.push(await standardSensorOnAir({ room, name, access, pulse: 72 }));
    expect(await it.tab.act('addStandardSensor')).toBeUndefined();
    const seen = await it.tab.until(`state.readings.length > 0 && state.readings[0].where.place === 'hospital'`);
    expect(seen.readings[0]?.source).toEqual({ kind: 'standard-sensor', sensor: name });
    expect((await it.bench.stored())[0]?.reading.unsealed).toEqual({ profile: 'heart-rate', device: name });
  },
  180_000,
);

test('what the card has no room for waits in the page, which says so, and is taken when there is some', async () => {
  const name = 'Shop full';
  const it = await stage(name, { policy: { outboxCapacity: 1 } });
  closing.push(await standardSensorOnAir({ room, name, access: 'open', pulse: 72 }));
  const back = await it.bench.clinic.outage();
  expect(await it.tab.act('addStandardSensor')).toBeUndefined();
  const full = await it.tab.until('state.unkept > 0');
  expect(full.waiting).toMatchObject({ readings: 1, room: 0 });
  await back();
  await it.tab.until(`state.unkept === 0 && state.waiting.readings === 0 && state.readings.length > 1
    && state.readings.every(({ where }) => where.place === 'hospital')`);
}, 180_000);

test('what a glucose meter has stored is read once, however often it comes by', async () => {
  const name = 'Meter';
  const it = await stage(name);
  const controller = await room.controller();
  const stop = new AbortController();
  const running = runStandard(
    {
      adapter: controller.address,
      bondFolder: join(it.folder, 'meter'),
      name,
      profiles: ['glucose'],
      access: 'open',
      stored: [95, 140],
      rows: [],
      clock: { origin: Date.now(), now: Date.now },
      offsetMinutes: 60,
    },
    stop.signal,
  );
  closing.push(async () => {
    stop.abort();
    await running;
  });
  const confirmed = `state.readings.length === 2 && state.readings.every(({ where }) => where.place === 'hospital')`;
  expect(await it.tab.act('addStandardSensor')).toBeUndefined();
  await it.tab.until(confirmed);
  const connected = `state.sensors[0].link.state === 'connected'`;
  const comesBy = async () => {
    await it.tab.until(connected);
    // It may be back sooner than anybody looks.
    await it.tab.page.evaluate(`{
      globalThis.went = false;
      phone.subscribe(() => (globalThis.went ||= phone.state.sensors[0].link.state !== 'connected'));
    } undefined`);
    controller.dropLinks();
    await it.tab.until(`globalThis.went && ${connected}`);
  };
  for (let visit = 0; visit < 2; visit++) {
    await comesBy();
    // Time enough to hand it all out again, as the phone that has forgotten shows below.
    await it.tab.page.waitForTimeout(1000);
  }
  expect(await it.bench.stored()).toHaveLength(2);
  await it.tab.page.evaluate(`localStorage.removeItem('vitalseal-meters')`);
  await comesBy();
  await expect.poll(async () => (await it.bench.stored()).length, { timeout: 20_000 }).toBe(4);
}, 180_000);
