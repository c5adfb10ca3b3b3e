// The phone's disk is full while the hospital is away: the sensor keeps its readings and says why; when the hospital is
// back there is room again, and every reading is confirmed once.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '@vitalseal/app-patient';
import { cardOfWorld, TlsHospital, testPin } from '@vitalseal/app-patient/testing';
import { startSensor } from '@vitalseal/app-sensor';
import { CertifiedWorld, patientIdentity } from '@vitalseal/secure-element/testing';
import { afterEach, expect, test } from 'vitest';
import { certifiedSensor, countedReadings } from './counting-sensor.fixture.ts';

const readings = 1500;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test('a phone whose disk is full makes the sensor keep its readings, and loses none', async () => {
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  hospital.busySeconds = 0;
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-disk-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = await cardOfWorld(world, { folder, maxPages: 64 });
  closing.push(() => card.close());
  const gateway = await startGateway({ card, pin: testPin, hospital: hospital.url });
  closing.push(() => gateway.stop());

  const said: string[] = [];
  const full = Promise.withResolvers<void>();
  const sensor = await startSensor({
    device: await certifiedSensor(world),
    patient: patientIdentity,
    readings: countedReadings(readings, { origin: 0, everyMs: 1 }),
    clock: { now: () => readings },
    connect: () => gateway.connect(),
    events: {
      link: ({ code }) => {
        said.push(code ?? '');
        if (code === 'storage-full') full.resolve();
      },
    },
  });
  closing.push(() => sensor.stop());

  await full.promise;
  const { acknowledged, waiting, measured } = sensor.counts();
  expect(acknowledged).toBeLessThan(readings);
  expect(acknowledged + waiting).toBe(measured);
  expect((await gateway.status()).waiting.readings).toBe(acknowledged);
  expect(hospital.hospital.stored.size).toBe(0);

  hospital.busySeconds = undefined;
  await sensor.finished;
  while (hospital.hospital.stored.size < readings) await new Promise((resolve) => setTimeout(resolve, 10));
  const values = [...hospital.hospital.stored.values()].map(({ reading }) => JSON.stringify(reading.measurements));
  expect(new Set(values).size).toBe(readings);
  expect(hospital.hospital.repeatedCounters).toBe(0);
});
