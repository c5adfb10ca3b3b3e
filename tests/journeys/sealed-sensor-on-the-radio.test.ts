// Step 1 on an emulated radio with a real host stack at both ends: a certified sensor as peripheral, the gateway as central,
// the patient's card and a hospital behind it. What goes wrong on a radio goes wrong here; every reading is stored once.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, type RadioWatch, sealedSensors, startGateway, watchRadio } from '@vitalseal/app-patient';
import { cardOfWorld, TlsHospital, testPin } from '@vitalseal/app-patient/testing';
import { PhonesOverRadio, type Sensor, type SensorDevice, startSensor } from '@vitalseal/app-sensor';
import { openSealedSensor, sealedSensorUuids } from '@vitalseal/ble';
import { openRadio } from '@vitalseal/ble/node';
import type { EmulatedController } from '@vitalseal/ble/testing';
import { CertifiedWorld, patientIdentity } from '@vitalseal/secure-element/testing';
import { expect, test } from 'vitest';
import { certifiedSensor, countedReadings } from './counting-sensor.fixture.ts';
import { closing, room } from './radio-room.fixture.ts';

interface Bedside {
  readonly hospital: TlsHospital;
  readonly device: SensorDevice;
  readonly folder: string;
  readonly sensorsRadio: EmulatedController;
  readonly phonesRadio: EmulatedController;
  readonly gateway: Gateway;
  readonly watch: RadioWatch;
  sensor(options: {
    readings: number;
    everyMs?: number;
    access?: 'open' | 'secured';
    before?: number;
  }): Promise<Sensor>;
  readonly links: string[];
  readonly dropped: () => number;
}

async function bedside({ mtu = 517 } = {}): Promise<Bedside> {
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-radio-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = await cardOfWorld(world, { folder: join(folder, 'phone') });
  closing.push(() => card.close());
  const gateway = await startGateway({ card, pin: testPin, hospital: hospital.url });
  closing.push(() => gateway.stop());
  const [sensorsRadio, phonesRadio] = [await room.controller(), await room.controller()];
  let dropped = 0;
  const watch = watchRadio({
    open: () => openRadio(phonesRadio.address, { bondFolder: join(folder, 'phone', 'bluetooth'), mtu }),
    kinds: [sealedSensors({ accept: (messages) => gateway.accept(messages), dropped: () => (dropped += 1) })],
  });
  closing.push(() => watch.stop());
  const device = await certifiedSensor(world);
  const links: string[] = [];
  const origin = Date.now();
  return {
    hospital,
    device,
    folder,
    sensorsRadio,
    phonesRadio,
    gateway,
    watch,
    links,
    dropped: () => dropped,
    async sensor({ readings, everyMs = 0, access = 'open', before = 0 }) {
      const running: { sensor?: Sensor } = {};
      const phones = new PhonesOverRadio({
        adapter: sensorsRadio.address,
        bondFolder: join(folder, 'sensor'),
        name: 'Vitalseal sensor',
        access,
        status: () => ({ battery: 80, stored: running.sensor?.counts().waiting ?? 0, bonded: true }),
      });
      const sensor = await startSensor({
        device,
        patient: patientIdentity,
        measuredBefore: before,
        readings: countedReadings(readings, {
          origin: origin + before * Math.max(1, everyMs),
          everyMs: Math.max(1, everyMs),
          first: 60 + before,
        }),
        clock: { now: Date.now },
        connect: phones.connect,
        backoff: { firstMs: 10, mostMs: 200 },
        silenceMs: 3000,
        events: { link: ({ state, code }) => links.push(code ? `${state} ${code}` : state) },
      });
      running.sensor = sensor;
      closing.push(async () => {
        await sensor.stop();
        await phones.close();
      });
      return Object.assign(sensor, {
        stop: ((stop) => async () => {
          await stop();
          await phones.close();
        })(sensor.stop.bind(sensor)),
      });
    },
  };
}

/** Pulses as the hospital has them, each reading once. */
async function storedPulses({ hospital }: Bedside, count: number): Promise<number[]> {
  await expect.poll(() => hospital.hospital.stored.size, { timeout: 20_000 }).toBe(count);
  return [...hospital.hospital.stored.values()]
    .flatMap(({ reading }) =>
      reading.measurements.map(({ value }) => (typeof value === 'string' ? Number.NaN : value.mantissa)),
    )
    .sort((a, b) => a - b);
}

const pulses = (count: number) => Array.from({ length: count }, (_, i) => 60 + i);

test.each([23, 185, 517])('readings reach the hospital at MTU %i', async (mtu) => {
  const it = await bedside({ mtu });
  const sensor = await it.sensor({ readings: 40 });
  await sensor.finished;
  expect(await storedPulses(it, 40)).toEqual(pulses(40));
  expect(it.dropped()).toBe(0);
});

test('they do over a link that asks for LE Secure Connections, too', async () => {
  const it = await bedside();
  const sensor = await it.sensor({ readings: 10, access: 'secured' });
  await sensor.finished;
  expect(await storedPulses(it, 10)).toEqual(pulses(10));
});

test('out of range again and again: what was measured meanwhile comes when the phone is back', async () => {
  const it = await bedside({ mtu: 185 });
  // It still measures when it goes for the last time, on a busy machine as well.
  const sensor = await it.sensor({ readings: 300, everyMs: 20 });
  for (let times = 0; times < 4; times++) {
    const before = it.hospital.hospital.stored.size;
    await expect.poll(() => it.hospital.hospital.stored.size, { timeout: 20_000 }).toBeGreaterThan(before);
    it.sensorsRadio.leave();
    await new Promise((resolve) => setTimeout(resolve, 150));
    it.sensorsRadio.comeBack();
  }
  await sensor.finished;
  expect(await storedPulses(it, 300)).toEqual(pulses(300));
});

test('a sensor that is switched off in the middle goes on where it was', async () => {
  const it = await bedside();
  const first = await it.sensor({ readings: 200, everyMs: 10 });
  await expect.poll(() => it.hospital.hospital.stored.size, { timeout: 20_000 }).toBeGreaterThan(20);
  await first.stop();
  const second = await it.sensor({ readings: 200, everyMs: 10 });
  await second.finished;
  expect(await storedPulses(it, 200)).toEqual(pulses(200));
});

test('strangers that connect first and take nothing do not keep the sensor from the phone of its patient', async () => {
  const it = await bedside();
  await it.watch.stop();
  const strangers = await room.controller();
  const radio = await openRadio(strangers.address, { bondFolder: join(it.folder, 'stranger') });
  closing.push(() => radio.close());
  const sensor = await it.sensor({ readings: 5 });
  const found = await radio.find({ services: [sealedSensorUuids.service] });
  const stranger = await openSealedSensor(await radio.connect(found));
  const heard: string[] = [];
  stranger.messages.listen({ message: (type) => heard.push(type), closed: () => heard.push('closed') });
  await expect.poll(() => heard, { timeout: 20_000 }).toContain('handshake');
  const watch = watchRadio({
    open: () => openRadio(it.phonesRadio.address, { bondFolder: join(it.folder, 'phone', 'bluetooth') }),
    kinds: [sealedSensors({ accept: (messages) => it.gateway.accept(messages) })],
  });
  closing.push(() => watch.stop());
  await sensor.finished;
  expect(await storedPulses(it, 5)).toEqual(pulses(5));
  await expect.poll(() => heard, { timeout: 20_000 }).toContain('closed');
});
