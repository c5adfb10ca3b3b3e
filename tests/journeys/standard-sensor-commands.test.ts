// A patient's own thermometer and glucose meter, of the shops, at the bedside: each part is the process that people run, each
// with a radio of its own in one room. What the hospital has stored says that it was not sealed at the sensor.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inviteCard } from '@vitalseal/app-hospital';
import { type RadioRoom, startRadioRoom } from '@vitalseal/ble/testing';
import { decodeStep2Message, type Reading, sourceOf } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identities, soon, Ward } from '../attacks/ward.fixture.ts';
import { running, whenRun } from './command-line.fixture.ts';

const own = 'C1:00:00:00:00:41';

let ward: Ward;
let room: RadioRoom;
beforeAll(async () => {
  [ward, room] = await Promise.all([Ward.open(), startRadioRoom()]);
  ward.onClose(() => room.close());
});
afterAll(() => ward.close());

function run(...args: string[]) {
  const process = running(args);
  ward.onClose(process.stop);
  return process;
}

async function storedReadings(): Promise<Reading[]> {
  const rows = await ward.store.readings.storedAfter(ward.store.database, 0, 100);
  return rows.map(({ payload }) => decodeStep2Message(payload).reading);
}

test('the gateway reads what is named, and the hospital knows how each reading came', async () => {
  const pinFile = join(ward.folder, 'pin');
  writeFileSync(pinFile, '2580', { mode: 0o600 });
  const recording = join(ward.folder, 'fever.csv');
  writeFileSync(recording, `time_s,temp\n${Array.from({ length: 600 }, (_, i) => `${i},38.4`).join('\n')}\n`);
  const { hostname, port } = new URL(ward.hospital.devicesUrl);
  const { code } = await inviteCard(ward.store, {
    patient: identities.patient.id,
    sensors: [],
    server: { host: hostname, port: Number(port) },
    pollSeconds: 3600,
    policy: {},
    validMs: 3_600_000,
  });
  const card = ['--data', join(ward.folder, 'phone'), '--pin-file', pinFile];
  expect(await whenRun(['patient', 'activate', code, ...card])).toMatchObject({ status: 0 });
  expect((await whenRun(['patient', 'run', ...card, '--standard-sensor', 'strap'])).stderr).toContain(
    'patient-option-invalid',
  );

  const [phonesRadio, sensorsRadio] = [await room.controller(), await room.controller()];
  const radio = ['--listen', '127.0.0.1:0', '--ble', phonesRadio.address, '--standard-sensor', own];
  const gateway = run('patient', 'run', ...card, ...radio);
  const kind = ['--profiles', 'thermometer,glucose', '--glucose', '95,140', '--name', 'Shop', '--address', own];
  const place = ['--data', join(ward.folder, 'shop'), '--ble', sensorsRadio.address, '--replay', recording];
  const sensor = run('sensor', 'standard', ...place, ...kind);

  const came = async () => {
    const readings = await storedReadings();
    return new Set(readings.map((reading) => `${sourceOf(reading)} ${reading.unsealed?.profile}`));
  };
  await expect.poll(came, soon).toEqual(new Set(['standard-sensor thermometer', 'standard-sensor glucose']));
  expect((await storedReadings()).filter(({ unsealed }) => unsealed?.profile === 'glucose')).toHaveLength(2);
  expect(gateway.said()).toContain('bluetooth: on');
  await sensor.stop();
  await gateway.stop();
}, 120_000);
