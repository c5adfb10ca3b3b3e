// The phone between a sensor and a hospital: real protocol, real TLS, a link in one process.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@vitalseal/protocol';
import type { ElementSettings } from '@vitalseal/secure-element';
import { CertifiedWorld, InitiatingSensor, patientIdentity, sensorIdentity } from '@vitalseal/secure-element/testing';
import { framedMessages, linkPair } from '@vitalseal/sensor-link';
import { afterEach, describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from './start-gateway.ts';
import { statusText } from './status-text.ts';
import { cardOfWorld, testPin } from './testing/card-of-world.ts';
import { LinkedSensor } from './testing/linked-sensor.ts';
import { TlsHospital } from './testing/tls-hospital.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Phone {
  readonly world: CertifiedWorld;
  readonly gateway: Gateway;
  readonly hospital: TlsHospital;
  readonly sensor: LinkedSensor;
  readonly seal: (pulse: number) => Promise<Bytes>;
  readonly confirmed: number[];
  readonly states: string[];
  readonly untilConfirmed: (count: number) => Promise<void>;
}

async function phone(
  options: { settings?: Partial<ElementSettings>; tlsWorld?: CertifiedWorld; url?: string } = {},
): Promise<Phone> {
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world, options.tlsWorld ? { tlsWorld: options.tlsWorld } : {});
  closing.push(() => hospital.close());
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-phone-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = await cardOfWorld(world, { folder, ...(options.settings && { settings: options.settings }) });
  closing.push(() => card.close());
  const confirmed: number[] = [];
  const states: string[] = [];
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const gateway = await startGateway({
    card,
    pin: testPin,
    hospital: options.url ?? hospital.url,
    events: {
      confirmed: ({ origin }) => {
        confirmed.push(origin.sequence);
        change();
      },
      hospital: (state) => {
        states.push(state.state === 'waiting' ? state.code : state.state);
        change();
      },
    },
  });
  closing.push(() => gateway.stop());
  const [there, here] = linkPair();
  gateway.accept(framedMessages(here));
  const party = await world.party(sensorIdentity);
  const initiating = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now: Date.now });
  const sensor = new LinkedSensor(framedMessages(there), initiating);
  await sensor.until(({ window }) => window > 0);
  return {
    world,
    gateway,
    hospital,
    sensor,
    seal: (pulse) => initiating.seal(pulse),
    confirmed,
    states,
    untilConfirmed: async (count) => {
      while (confirmed.length < count) await changed.promise;
    },
  };
}

async function untilState({ states }: Phone, state: string): Promise<void> {
  while (!states.includes(state)) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('the gateway', () => {
  test('carries readings from the sensor to the hospital and tells what was confirmed', async () => {
    const { gateway, hospital, sensor, seal, untilConfirmed } = await phone();
    await sensor.shakeHands();
    for (let i = 0; i < 20; i++) sensor.send(await seal(60 + i));
    await untilConfirmed(20);
    expect(hospital.hospital.stored.size).toBe(20);
    expect(hospital.connections).toBe(1);
    const status = await gateway.status();
    expect(status).toMatchObject({ counts: { received: 20, acknowledged: 20 }, waiting: { readings: 0 } });
    expect(statusText({ ...status, running: status }, Date.now(), Date.now())).toMatch(/^confirmed 20, waiting 0/);
  });

  test('keeps readings while the hospital is away and delivers them when it is back', async () => {
    const it = await phone();
    const { hospital, sensor, seal, untilConfirmed, gateway } = it;
    await sensor.shakeHands();
    sensor.send(await seal(60));
    await untilConfirmed(1);
    const { port } = hospital;
    await hospital.close();
    for (let i = 0; i < 5; i++) sensor.send(await seal(61 + i));
    await sensor.until(({ settled }) => settled === 6);
    await untilState(it, 'hospital-unreachable');
    expect(await gateway.status()).toMatchObject({ waiting: { readings: 5 }, delivery: { state: 'waiting' } });
    const back = await TlsHospital.listen(it.world, { port, hospital: hospital.hospital });
    closing.push(() => back.close());
    await untilConfirmed(6);
    expect(hospital.hospital.stored.size).toBe(6);
  });

  test('shakes hands again when the hospital has lost the channel', async () => {
    const { hospital, sensor, seal, untilConfirmed } = await phone();
    await sensor.shakeHands();
    sensor.send(await seal(60));
    await untilConfirmed(1);
    hospital.hospital.forgetChannels();
    sensor.send(await seal(61));
    await untilConfirmed(2);
    expect(hospital.hospital.stored.size).toBe(2);
  });

  test('an answer that was lost is asked for again and stores nothing twice', async () => {
    const { hospital, sensor, seal, untilConfirmed } = await phone();
    await sensor.shakeHands();
    hospital.cutNextAnswer = true;
    sensor.send(await seal(60));
    await untilConfirmed(1);
    expect(hospital.hospital.stored.size).toBe(1);
    expect(hospital.hospital.duplicates).toBe(1);
    expect(hospital.hospital.repeatedCounters).toBe(0);
  });

  test('a busy hospital is left alone for as long as it asked', async () => {
    const it = await phone();
    const { hospital, sensor, seal, gateway, untilConfirmed } = it;
    await sensor.shakeHands();
    hospital.busySeconds = 1;
    sensor.send(await seal(60));
    await untilState(it, 'hospital-busy');
    const { delivery } = await gateway.status();
    if (delivery.state !== 'waiting') throw new Error('expected it to wait');
    expect(delivery.nextAttemptAt - delivery.since).toBeGreaterThanOrEqual(1000);
    hospital.busySeconds = undefined;
    await untilConfirmed(1);
  });

  test('a hospital whose server another authority certified gets nothing', async () => {
    const it = await phone({ tlsWorld: await CertifiedWorld.make(Date.now()) });
    await it.sensor.shakeHands();
    it.sensor.send(await it.seal(60));
    await untilState(it, 'hospital-untrusted');
    expect(it.hospital.posts).toBe(0);
    expect(it.hospital.wire).toEqual([]);
  });

  test('a full outbox makes the sensor wait and loses nothing', async () => {
    const it = await phone({ settings: { outboxCapacity: 4 } });
    const { hospital, sensor, seal, untilConfirmed } = it;
    await sensor.shakeHands();
    hospital.busySeconds = 0;
    expect(sensor.window).toBe(4);
    for (let i = 0; i < 4; i++) sensor.send(await seal(60 + i));
    await sensor.until(({ troubles }) => troubles.includes('outbox-full'));
    expect(sensor.settled).toBe(4);
    hospital.busySeconds = undefined;
    await untilConfirmed(4);
    await sensor.until(({ window }) => window > 0);
    sensor.send(await seal(70));
    await untilConfirmed(5);
    expect(hospital.hospital.stored.size).toBe(5);
  });

  test('a hospital whose name nobody knows today keeps no sensor waiting', async () => {
    const { gateway, sensor, seal } = await phone({ url: 'https://no-such-host.invalid:8443' });
    await sensor.shakeHands();
    for (let i = 0; i < 3; i++) sensor.send(await seal(60 + i));
    await sensor.until(({ settled }) => settled === 3);
    expect((await gateway.status()).waiting.readings).toBe(3);
  });

  test("a PIN that is not the card's starts no gateway", async () => {
    const world = await CertifiedWorld.make(Date.now());
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-phone-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const card = await cardOfWorld(world, { folder });
    closing.push(() => card.close());
    const started = startGateway({ card, pin: '0000', hospital: 'https://127.0.0.1:1' });
    await expect(started).rejects.toMatchObject({
      code: 'card-pin-refused',
      message: expect.stringContaining('2 tries'),
    });
    await expect(startGateway({ card, pin: testPin, hospital: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'patient-option-invalid',
    });
  });

  test('a sensor that sends more than the window allows is hung up on', async () => {
    const { sensor, seal } = await phone();
    await sensor.shakeHands();
    const records: Bytes[] = [];
    for (let i = 0; i < 200; i++) records.push(await seal(60));
    for (const record of records) sensor.send(record);
    await sensor.closed;
  });

  test('a sensor that is not bonded gets no channel', async () => {
    const { gateway, world } = await phone();
    const [there, here] = linkPair();
    gateway.accept(framedMessages(here));
    const party = await world.party({ role: 'sensor', id: 'neighbour' });
    const neighbour = new InitiatingSensor({ party, root: world.root, patient: patientIdentity, now: Date.now });
    await expect(new LinkedSensor(framedMessages(there), neighbour).shakeHands()).rejects.toMatchObject({
      code: 'peer-refused',
    });
  });

  test('a reading entered by hand reaches the hospital', async () => {
    const { gateway, hospital, untilConfirmed } = await phone();
    const measurements = [{ code: 150364, unit: 268192, value: { mantissa: 374, exponent: -1 } }];
    await gateway.enter({ measuredAt: { utcMs: Date.now(), offsetMinutes: 0 }, measurements });
    await untilConfirmed(1);
    expect([...hospital.hospital.stored.values()][0]?.reading.origin.source).toEqual(patientIdentity);
  });
});
