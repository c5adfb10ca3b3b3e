// Bluetooth adapters that go while everything runs, as a dongle that is pulled out: the gateway's, then the sensor's. Each part
// is the process that people run. Both say what has happened, go on by themselves, and no reading is lost or stored twice.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inviteCard } from '@vitalseal/app-hospital';
import { type EmulatedController, type RadioRoom, startRadioRoom } from '@vitalseal/ble/testing';
import { decodeStep2Message } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identities, soon, Ward } from '../attacks/ward.fixture.ts';
import { type Running, running, whenRun } from './command-line.fixture.ts';

let ward: Ward;
let room: RadioRoom;
beforeAll(async () => {
  [ward, room] = await Promise.all([Ward.open(), startRadioRoom()]);
  ward.onClose(() => room.close());
});
afterAll(() => ward.close());

function run(...args: string[]): Running {
  const process = running(args);
  ward.onClose(process.stop);
  return process;
}

/** More than are measured before the end. */
const rows = 1200;
const patients = ['--patient-id', identities.patient.id];

async function storedPulses(): Promise<number[]> {
  const stored = await ward.store.readings.storedAfter(ward.store.database, 0, rows);
  return stored
    .flatMap(({ payload }) => decodeStep2Message(payload).reading.measurements.map(({ value }) => value))
    .map((value) => (typeof value === 'string' ? Number.NaN : value.mantissa))
    .sort((a, b) => a - b);
}

async function moreStored(): Promise<void> {
  const before = (await storedPulses()).length;
  await expect.poll(async () => (await storedPulses()).length, soon).toBeGreaterThan(before);
}

const count = (text: string, said: string) => text.split(said).length - 1;

async function goneAndBack(adapter: EmulatedController, { said }: Running, whileGone?: () => Promise<void>) {
  const [on, off] = [count(said(), 'bluetooth: on'), count(said(), 'bluetooth: off')];
  await adapter.unplug();
  await expect.poll(() => count(said(), 'bluetooth: off'), soon).toBeGreaterThan(off);
  await whileGone?.();
  await adapter.plugIn();
  await expect.poll(() => count(said(), 'bluetooth: on'), soon).toBeGreaterThan(on);
}

test('an adapter that is gone and back costs no reading, at the gateway or at the sensor', async () => {
  const [phone, worn] = [join(ward.folder, 'phone'), join(ward.folder, 'worn')];
  const [pinFile, recording, battery] = [join(ward.folder, 'pin'), join(ward.folder, 'pulse.csv'), join(worn, 'level')];
  writeFileSync(pinFile, '2580', { mode: 0o600 });
  writeFileSync(recording, `time_s,hr\n${Array.from({ length: rows }, (_, i) => `${i},${i + 1}`).join('\n')}\n`);
  const { hostname, port } = new URL(ward.hospital.devicesUrl);
  const { code } = await inviteCard(ward.store, {
    patient: identities.patient.id,
    sensors: [identities.sensor.id],
    server: { host: hostname, port: Number(port) },
    pollSeconds: 3600,
    policy: {},
    validMs: 3_600_000,
  });
  const card = ['--data', phone, '--pin-file', pinFile];
  expect(await whenRun(['patient', 'activate', code, ...card])).toMatchObject({ status: 0 });
  expect(await whenRun(['sensor', 'enrol', await ward.link(identities.sensor), '--data', worn])).toMatchObject({
    status: 0,
  });
  writeFileSync(battery, '71\n');

  const [phonesRadio, sensorsRadio] = [await room.controller(), await room.controller()];
  const gateway = run('patient', 'run', ...card, '--listen', '127.0.0.1:0', '--ble', phonesRadio.address);
  const values = ['--replay', recording, '--speed', '4', '--battery', battery];
  const sensor = run('sensor', 'run', '--data', worn, ...patients, ...values, '--ble', sensorsRadio.address);
  const status = async () => (await whenRun(['patient', 'status', ...card])).stdout;

  await moreStored();
  expect(await status()).toMatch(/bluetooth: on\n(.*\n)*a linked sensor says: battery 71 %, \d+ readings stored/);
  await goneAndBack(phonesRadio, gateway, async () => {
    expect(await status()).toMatch(/bluetooth: off \(radio-unavailable\)/);
    writeFileSync(battery, '70\n');
  });
  await moreStored();
  await expect.poll(status, soon).toContain('a linked sensor says: battery 70 %');
  await goneAndBack(sensorsRadio, sensor);
  await moreStored();
  await sensor.stop();
  const [, acknowledged = ''] = /acknowledged (\d+), waiting \d+\n$/.exec(sensor.said()) ?? [];
  expect(Number(acknowledged)).toBeGreaterThan(0);
  await expect.poll(async () => (await storedPulses()).length, soon).toBeGreaterThanOrEqual(Number(acknowledged));
  await gateway.stop();
  // Each once, and none left out.
  const stored = await storedPulses();
  expect(stored).toEqual(stored.map((_, i) => i + 1));
}, 120_000);
