// The phone's process is killed (SIGKILL) at twenty random moments while a sensor streams, and started again each time:
// every measured reading is confirmed, stored once, and no counter of the card is used twice.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@vitalseal/app-demo';
import { openCard, withCard } from '@vitalseal/app-patient';
import { cardOfWorld, TlsHospital, testPin } from '@vitalseal/app-patient/testing';
import { phoneOverTcp, type Sensor, startSensor } from '@vitalseal/app-sensor';
import { CertifiedWorld, patientIdentity } from '@vitalseal/secure-element/testing';
import { afterEach, expect, test } from 'vitest';
import { certifiedSensor, countedReadings } from './counting-sensor.fixture.ts';

const kills = 20;
const readings = 2500;
const intervalMs = 10;
const seed = Number(process.env.VITALSEAL_SEED ?? Date.now() % 1_000_000);
const vitalseal = fileURLToPath(new URL('../../apps/vitalseal/bin/vitalseal.js', import.meta.url));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Mulberry32: small, and the same for a seed everywhere. */
function randomOf(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface RunningGateway {
  readonly process: ChildProcess;
  readonly listening: Promise<void>;
  readonly exited: Promise<number | null>;
  output: string;
}

function runGateway(folder: string, hospital: string, port: number): RunningGateway {
  const phone = ['--data', folder, '--pin-file', pinFile(folder)];
  const args = ['patient', 'run', ...phone, '--hospital', hospital, '--listen', `127.0.0.1:${port}`];
  const child = spawn(process.execPath, [vitalseal, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const listening = Promise.withResolvers<void>();
  const running: RunningGateway = {
    process: child,
    listening: listening.promise,
    exited: new Promise((resolve) => child.once('exit', resolve)),
    output: '',
  };
  const read = (chunk: Buffer) => {
    running.output += chunk.toString();
    if (running.output.includes('listening for sensors')) listening.resolve();
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('exit', () => listening.reject(new Error(`the gateway did not start: ${running.output}`)));
  listening.promise.catch(() => {});
  return running;
}

const pinFile = (folder: string) => join(folder, 'pin');

/** The data folder of an enrolled phone. */
async function enrolledPhone(world: CertifiedWorld): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-killed-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = await cardOfWorld(world, { folder });
  await card.close();
  writeFileSync(join(folder, 'hospital.url'), 'https://127.0.0.1:1');
  writeFileSync(pinFile(folder), testPin, { mode: 0o600 });
  return folder;
}

async function streamingSensor(world: CertifiedWorld, port: number): Promise<Sensor> {
  const origin = Date.now();
  const sensor = await startSensor({
    device: await certifiedSensor(world),
    patient: patientIdentity,
    readings: countedReadings(readings, { origin, everyMs: intervalMs }),
    clock: { now: Date.now },
    connect: () => phoneOverTcp({ host: '127.0.0.1', port }),
    backoff: { firstMs: 10, mostMs: 100 },
  });
  closing.push(() => sensor.stop());
  return sensor;
}

test(`a gateway killed ${kills} times loses and repeats nothing (seed ${seed})`, { timeout: 180_000 }, async () => {
  const random = randomOf(seed);
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  const folder = await enrolledPhone(world);
  const [port = 0] = await freePorts(1);
  let gateway = runGateway(folder, hospital.url, port);
  closing.push(async () => {
    gateway.process.kill('SIGKILL');
    await gateway.exited;
  });
  await gateway.listening;
  const sensor = await streamingSensor(world, port);

  for (let kill = 0; kill < kills; kill++) {
    await gateway.listening;
    await new Promise((resolve) => setTimeout(resolve, random() * 500));
    gateway.process.kill('SIGKILL');
    await gateway.exited;
    gateway = runGateway(folder, hospital.url, port);
  }

  await gateway.listening;
  await sensor.finished;
  expect(sensor.counts()).toEqual({ measured: readings, acknowledged: readings, refused: 0, waiting: 0 });
  while (hospital.hospital.stored.size < readings) await new Promise((resolve) => setTimeout(resolve, 20));
  gateway.process.kill('SIGTERM');
  expect(await gateway.exited).toBe(0);

  const values = [...hospital.hospital.stored.values()].map(({ reading }) => JSON.stringify(reading.measurements));
  expect(new Set(values).size).toBe(readings);
  expect(values).toHaveLength(readings);
  expect(hospital.hospital.repeatedCounters).toBe(0);
  const card = await openCard({ folder });
  const { counts, waiting } = await withCard({ card, pin: testPin }, (mha) => mha.display());
  await card.close();
  expect(counts).toMatchObject({ received: readings, acknowledged: readings, refused: 0 });
  expect(waiting.readings).toBe(0);
});
