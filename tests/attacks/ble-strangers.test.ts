// Table II, Bluetooth LE: whoever is in the room and proves nothing, but takes links, and makes up sensors. A radio has few
// links and little time; the patient's phone gets both.

import { ownCode } from '@vitalseal/app-sensor';
import { type RadioRoom, startRadioRoom } from '@vitalseal/ble/testing';
import type { Identity } from '@vitalseal/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PhoneOnAir, phoneOnAir, SensorOnAir } from './room.fixture.ts';
import { falseAdvertisement, inPassing, Stranger, silently, soughtAddress, talking } from './stranger.fixture.ts';
import { identities, soon, Ward } from './ward.fixture.ts';

const sensorNamed = (id: string): Identity => ({ role: 'sensor', id });
/** Half a minute of a sensor's life in a few seconds. */
const patience = { introduction: 1000, full: 500, line: 3000 };

let ward: Ward;
let room: RadioRoom;
let phone: PhoneOnAir;

beforeAll(async () => {
  [ward, room] = await Promise.all([Ward.open(), startRadioRoom()]);
  ward.onClose(() => room.close());
  phone = await phoneOnAir(ward, room, { identity: identities.patient });
});
afterAll(() => ward.close());

async function storedReadings(): Promise<number> {
  return (await ward.store.counts()).stored;
}

/** Measured on the patient and stored by the hospital, each once. */
async function storedOnce(sensor: SensorOnAir, pulses: readonly number[], attack?: () => unknown): Promise<void> {
  const before = await storedReadings();
  const running = await sensor.measure(identities.patient, pulses);
  try {
    await attack?.();
    await running.finished;
    expect(running.counts().waiting).toBe(0);
  } finally {
    await running.stop();
  }
  await expect.poll(storedReadings, soon).toBe(before + pulses.length);
}

async function bonded(id: string, links?: number): Promise<SensorOnAir> {
  const sensor = await SensorOnAir.open(ward, room, sensorNamed(id), { patience, ...(links && { links }) });
  await phone.gateway.bondWithCode((await ownCode(sensor.device.storage)).key);
  expect(await sensor.bond()).toEqual(identities.patient);
  await storedOnce(sensor, [60, 61]);
  return sensor;
}

describe('strangers at a sensor', () => {
  test.each([
    ['says nothing', silently, 'one-link-silence'],
    ['says all but a proof', talking, 'one-link-talk'],
  ])('one that holds the only link and %s is let go, and the phone has it again', async (_what, manner, id) => {
    const sensor = await bonded(id, 1);
    const stranger = await Stranger.enter(ward, room);
    phone.controller.leave();
    stranger.besiege(sensor.name, manner);
    await expect.poll(() => stranger.links, soon).toBeGreaterThan(0);
    await storedOnce(sensor, [70, 71], () => phone.controller.comeBack());
    await stranger.leave();
    await sensor.switchOff();
  });

  test.each([
    ['hold their links', talking, 'links-talk'],
    ['come and go', inPassing, 'links-passing'],
  ])('some that %s push out no phone that has proved', async (_what, manner, id) => {
    const sensor = await bonded(id);
    const strangers = [await Stranger.enter(ward, room), await Stranger.enter(ward, room)];
    const before = await storedReadings();
    const pulses = Array.from({ length: 12 }, (_, n) => 80 + n);
    const running = await sensor.measure(identities.patient, pulses, 300);
    await expect.poll(storedReadings, soon).toBeGreaterThan(before);
    const lost = sensor.trouble.length;
    for (const stranger of strangers) stranger.besiege(sensor.name, manner);
    for (const stranger of strangers) await expect.poll(() => stranger.links, soon).toBeGreaterThan(0);
    await running.finished;
    expect(sensor.trouble.slice(lost)).toEqual([]);
    await running.stop();
    await expect.poll(storedReadings, soon).toBe(before + pulses.length);
    await Promise.all(strangers.map((stranger) => stranger.leave()));
    await sensor.switchOff();
  });
});

describe('sensors that are made up, a hundred each second', () => {
  const made = new Set<string>();
  /** Of them, those that the phone has tried to connect to. */
  const tried = new Set<string>();
  beforeEach(() => {
    const flood = setInterval(() => {
      const { address, packet } = falseAdvertisement();
      made.add(address);
      phone.controller.hear(packet);
    }, 10);
    const end = phone.controller.tap((packet, direction) => {
      const address = direction === 'sent' ? soughtAddress(packet) : undefined;
      if (address !== undefined && made.has(address)) tried.add(address);
    });
    return () => {
      clearInterval(flood);
      end();
    };
  });

  test('keep no sensor from being bonded with, and none of the patient\u2019s from its phone', async () => {
    await expect.poll(() => tried.size, soon).toBeGreaterThan(0);
    const sensor = await bonded('sensor-in-a-flood');
    sensor.controller.leave();
    await expect.poll(async () => (await phone.gateway.status()).linkedSensors, soon).toBe(0);
    const before = tried.size;
    await expect.poll(() => tried.size, soon).toBeGreaterThan(before);
    await storedOnce(sensor, [90, 91], () => sensor.controller.comeBack());
    await sensor.switchOff();
  });
});
