// Standard Bluetooth sensors on an emulated radio with a real host stack at both ends, the gateway as central, the patient's
// card and a hospital behind it. They seal nothing; from the card on everything is sealed, and says that it was not before.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gateway, standardSensors, startGateway, watchRadio } from '@vitalseal/app-patient';
import { cardOfWorld, TlsHospital, testPin } from '@vitalseal/app-patient/testing';
import { runStandard } from '@vitalseal/app-sensor';
import { ReadingQueue } from '@vitalseal/ble';
import { openRadio } from '@vitalseal/ble/node';
import { decimalToNumber, mdc, type Reading, sourceOf } from '@vitalseal/protocol';
import type { RecordingRow } from '@vitalseal/recording';
import { CertifiedWorld } from '@vitalseal/secure-element/testing';
import { expect, test } from 'vitest';
import { closing, room } from './radio-room.fixture.ts';

const own = 'C1:00:00:00:00:21';
const neighbours = 'C1:00:00:00:00:22';

interface Bedside {
  readonly hospital: TlsHospital;
  readonly folder: string;
  readonly gateway: Gateway;
  readonly troubles: string[];
  sensor(identity: string, options: Partial<Parameters<typeof runStandard>[0]>): Promise<() => Promise<void>>;
}

async function bedside({ unencrypted = false } = {}): Promise<Bedside> {
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-standard-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = await cardOfWorld(world, { folder: join(folder, 'phone') });
  closing.push(() => card.close());
  const gateway = await startGateway({ card, pin: testPin, hospital: hospital.url });
  closing.push(() => gateway.stop());
  const radio = await room.controller();
  const queue = new ReadingQueue({ take: (reading) => gateway.takeStandardReading(reading), retryMs: 50 });
  closing.push(() => queue.close());
  const troubles: string[] = [];
  const watch = watchRadio({
    open: () => openRadio(radio.address, { bondFolder: join(folder, 'phone', 'bluetooth') }),
    kinds: standardSensors({ own: [own], unencrypted, queue, now: () => ({ utcMs: Date.now(), offsetMinutes: 60 }) }),
    trouble: (code) => troubles.push(code),
  });
  closing.push(() => watch.stop());
  return {
    hospital,
    folder,
    gateway,
    troubles,
    async sensor(identity, options) {
      const { address: adapter } = await room.controller();
      const stop = new AbortController();
      const advertised = Promise.withResolvers<void>();
      const running = runStandard(
        {
          adapter,
          identity,
          bondFolder: join(folder, identity.replaceAll(':', '')),
          name: 'Shop 7',
          profiles: ['heart-rate'],
          access: 'secured',
          rows: shown(60),
          clock: { origin: Date.now(), now: Date.now },
          offsetMinutes: 60,
          advertised: () => advertised.resolve(),
          ...options,
        },
        stop.signal,
      );
      running.catch(advertised.reject);
      const stopped = async () => {
        stop.abort();
        await running;
      };
      closing.push(stopped);
      await advertised.promise;
      return stopped;
    },
  };
}

/** Told again and again, since nobody knows when the gateway has found it: in tenths of a second. */
function shown(rows: number): RecordingRow[] {
  return Array.from({ length: rows }, (_, i) => ({
    patient: 'p',
    timeS: i / 5,
    line: i + 2,
    hr: 72,
    spo2: 97,
    sbp: 121,
    dbp: 79,
    temp: 36.6,
  }));
}

const stored = ({ hospital }: Bedside): Reading[] =>
  [...hospital.hospital.stored.values()].map(({ reading }) => reading);

function valuesOf(readings: readonly Reading[]): Map<number, number> {
  const all = readings.flatMap(({ measurements }) => measurements);
  return new Map(all.map(({ code, value }) => [code, typeof value === 'string' ? Number.NaN : decimalToNumber(value)]));
}

test('over LE Secure Connections, what five profiles measure reaches the hospital, marked as not sealed', async () => {
  const it = await bedside();
  const profiles = ['heart-rate', 'pulse-oximeter', 'blood-pressure', 'thermometer', 'weight-scale'] as const;
  await it.sensor(own, { profiles, weight: 70.5 });
  await expect
    .poll(() => new Set(stored(it).map(({ unsealed }) => unsealed?.profile)), { timeout: 20_000 })
    .toEqual(new Set(profiles));
  const readings = stored(it);
  expect(Object.fromEntries(valuesOf(readings))).toEqual({
    [mdc.heartRate]: 72,
    [mdc.pulseOximetrySaturation]: 97,
    [mdc.pulseRate]: 72,
    [mdc.systolic]: 121,
    [mdc.diastolic]: 79,
    [mdc.meanPressure]: 93,
    [mdc.pulseRateOfCuff]: 72,
    [mdc.bodyTemperature]: 36.6,
    [mdc.bodyMass]: 70.5,
  });
  expect(new Set(readings.map(sourceOf))).toEqual(new Set(['standard-sensor']));
  expect(new Set(readings.map(({ unsealed }) => unsealed?.device))).toEqual(new Set(['Shop 7']));
});

test('a glucose meter hands out what it has stored, once', async () => {
  const it = await bedside();
  await it.sensor(own, { profiles: ['glucose'], stored: [95, 140], rows: [] });
  await expect.poll(() => stored(it).length, { timeout: 20_000 }).toBe(2);
  const measured = stored(it).flatMap(({ measurements }) => measurements.map(({ value }) => value));
  expect(measured).toEqual([
    { mantissa: 95, exponent: 0 },
    { mantissa: 140, exponent: 0 },
  ]);
});

test("a neighbour's sensor is in range, and is not read", async () => {
  const it = await bedside({ unencrypted: true });
  await it.sensor(neighbours, { rows: shown(100).map((row) => ({ ...row, hr: 180 })) });
  await it.sensor(own, {});
  await expect.poll(() => stored(it).length, { timeout: 20_000 }).toBeGreaterThan(3);
  expect(valuesOf(stored(it))).toEqual(new Map([[mdc.heartRate, 72]]));
});

test('a sensor that goes out of range and comes back is read again, without a person', async () => {
  const it = await bedside();
  const stop = await it.sensor(own, { rows: shown(300) });
  await expect.poll(() => stored(it).length, { timeout: 20_000 }).toBeGreaterThan(0);
  await stop();
  const before = stored(it).length;
  await it.sensor(own, { rows: shown(300) });
  await expect.poll(() => stored(it).length, { timeout: 25_000 }).toBeGreaterThan(before + 2);
});
