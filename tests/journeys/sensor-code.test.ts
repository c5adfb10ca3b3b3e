// A patient takes a sensor home: the code on it, typed into the phone, is all that brings the two together. Each part is
// the process that people run, each with a radio of its own in one room.

import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inviteCard } from '@vitalseal/app-hospital';
import { type RadioRoom, startRadioRoom } from '@vitalseal/ble/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identities, soon, Ward } from '../attacks/ward.fixture.ts';
import { type Ran, vitalsealProgram, whenRun } from './command-line.fixture.ts';

let ward: Ward;
let room: RadioRoom;

beforeAll(async () => {
  [ward, room] = await Promise.all([Ward.open(), startRadioRoom()]);
  ward.onClose(() => room.close());
});
afterAll(() => ward.close());

interface Running {
  /** What it has said by now. */
  readonly said: () => string;
  readonly stop: () => Promise<void>;
}

function running(...args: string[]): Running {
  const child: ChildProcess = spawn(process.execPath, [vitalsealProgram, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  ward.onClose(stop);
  return { said: () => said, stop };
}

function done({ status, stdout, stderr }: Ran): string {
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

test('a sensor that is nobody\u2019s becomes its patient\u2019s by the code on it, and nobody\u2019s again by a reset', async () => {
  const [phone, worn] = [join(ward.folder, 'phone'), join(ward.folder, 'worn')];
  const pinFile = join(ward.folder, 'pin');
  writeFileSync(pinFile, '2580', { mode: 0o600 });
  const recording = join(ward.folder, 'recording.csv');
  writeFileSync(recording, 'time_s,hr\n0,70\n1,71\n2,72\n');
  const { hostname, port } = new URL(ward.hospital.devicesUrl);
  const { code: activation } = await inviteCard(ward.store, {
    patient: identities.patient.id,
    sensors: [],
    server: { host: hostname, port: Number(port) },
    pollSeconds: 3600,
    policy: {},
    validMs: 3_600_000,
  });
  const card = ['--data', phone, '--pin-file', pinFile];
  done(await whenRun(['patient', 'activate', activation, ...card]));
  done(await whenRun(['sensor', 'enrol', await ward.link(identities.sensor), '--data', worn]));
  const label = done(await whenRun(['sensor', 'code', '--data', worn]));
  const [digits = ''] = /^\d{5}(?: \d{5}){4}$/m.exec(label) ?? [];
  expect(label).toMatch(/█|▀|▄/);

  const [phonesRadio, sensorsRadio] = [await room.controller(), await room.controller()];
  const gateway = running('patient', 'run', ...card, '--listen', '127.0.0.1:0', '--ble', phonesRadio.address);
  const measuring = ['sensor', 'run', '--data', worn, '--replay', recording, '--ble', sensorsRadio.address];
  const sensor = running(...measuring);
  // In range, certified, and not known to anybody: it is refused.
  await expect.poll(sensor.said, soon).toContain('peer-refused');
  const mistyped = `${(Number(digits[0]) + 1) % 10}${digits.slice(1)}`;
  expect((await whenRun(['patient', 'bond', mistyped, ...card])).stderr).toContain('sensor-code-malformed');
  done(await whenRun(['patient', 'bond', digits, ...card]));
  await expect.poll(sensor.said, soon).toContain('bonded with a patient');
  await expect.poll(async () => (await ward.store.counts()).stored, soon).toBe(3);
  expect(done(await whenRun(['patient', 'status', ...card]))).toContain('sensors bonded: sensor-1');
  await sensor.stop();

  done(await whenRun(['sensor', 'reset', '--data', worn]));
  const again = running(...measuring);
  await expect.poll(again.said, soon).toContain('bonded with nobody');
  await expect.poll(again.said, soon).toContain('peer-refused');
  done(await whenRun(['patient', 'unbond', 'sensor-1', ...card]));
  expect(done(await whenRun(['patient', 'status', ...card]))).toContain('sensors bonded: none');
  await again.stop();
  await gateway.stop();
  expect((await ward.store.counts()).stored).toBe(3);
}, 120_000);
