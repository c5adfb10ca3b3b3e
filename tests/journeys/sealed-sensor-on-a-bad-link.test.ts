// A sealed sensor whose notifications and whose phone's writes get lost, repeated, changed and delayed on the way, as phones
// and radios do: it costs resends, never the link, and every reading is stored once. Real ends, the GATT between them in
// one process so that each fault is placed by a seed.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '@vitalseal/app-patient';
import { cardOfWorld, TlsHospital, testPin } from '@vitalseal/app-patient/testing';
import { startSensor } from '@vitalseal/app-sensor';
import { openSealedSensor, SealedSensorService, sealedSensorUuids } from '@vitalseal/ble';
import { InProcessRadio, type ValueOnAir } from '@vitalseal/ble/testing';
import type { Bytes } from '@vitalseal/protocol';
import { CertifiedWorld, patientIdentity } from '@vitalseal/secure-element/testing';
import { afterEach, expect, test } from 'vitest';
import { certifiedSensor, countedReadings } from './counting-sensor.fixture.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const count = 150;
const silenceMs = 8000;

async function storedOver(pass: (value: ValueOnAir) => readonly Bytes[], mtu: number) {
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-bad-link-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = await cardOfWorld(world, { folder });
  closing.push(() => card.close());
  const gateway = await startGateway({ card, pin: testPin, hospital: hospital.url });
  closing.push(() => gateway.stop());
  const radio = new InProcessRadio({ pass });
  const service = new SealedSensorService({ status: () => ({ battery: 50, stored: 0, bonded: true }) });
  const services = [service.offered];
  const server = await radio.advertise({ name: 'sensor', services, advertised: [service.offered.uuid] });
  service.attach(server);
  let links = 0;
  const phone = (async () => {
    for (;;) {
      const connection = await radio.connect(mtu).catch(() => undefined);
      if (!connection) return;
      links += 1;
      const { messages } = await openSealedSensor(connection);
      gateway.accept(messages);
      await connection.closed;
    }
  })();
  phone.catch(() => {});
  const origin = Date.now() - count;
  const sensor = await startSensor({
    device: await certifiedSensor(world),
    patient: patientIdentity,
    readings: countedReadings(count, { origin, everyMs: 1 }),
    clock: { now: Date.now },
    connect: service.nextPhone.bind(service),
    backoff: { firstMs: 5, mostMs: 20 },
    silenceMs,
  });
  closing.push(async () => {
    await server.close();
    await sensor.stop();
  });
  await sensor.finished;
  await expect.poll(() => hospital.hospital.stored.size, { timeout: 20_000 }).toBe(count);
  const stored = [...hospital.hospital.stored.values()].map(({ reading }) => reading.measurements[0]?.value);
  expect(new Set(stored.map((value) => JSON.stringify(value))).size).toBe(count);
  return { links };
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test.each([
  [1, 23],
  [2, 185],
  [3, 517],
])(
  'records lost, repeated and changed (seed %i, MTU %i): all arrive, on the one link',
  { timeout: 60_000 },
  async (seed, mtu) => {
    const random = randomOf(seed);
    let faults = 0;
    const { links } = await storedOver(({ characteristic, value }) => {
      const chance = random();
      if (characteristic !== sealedSensorUuids.records || chance > 0.04) return [value];
      faults += 1;
      if (chance < 0.02) return [];
      if (chance < 0.03) return [value, value];
      return [value.map((byte, index) => (index === value.length - 1 ? byte ^ 1 : byte))];
    }, mtu);
    expect(faults).toBeGreaterThan(2);
    expect(links).toBe(1);
  },
);

test('the first message of a handshake lost, and the first answer: begun again and sent again, on the one link', {
  timeout: 60_000,
}, async () => {
  const lost = new Set<string>();
  const { links } = await storedOver(({ characteristic, direction, value }) => {
    const once = `${characteristic} ${direction}`;
    const isFirst = value[1] === 0 && !lost.has(once);
    // The window comes first; what is lost here is what follows it.
    const isAnswer = characteristic === sealedSensorUuids.answers && value[4] === 3;
    const isHandshake = characteristic === sealedSensorUuids.handshake && direction === 'to phone';
    if (!isFirst || !(isAnswer || isHandshake)) return [value];
    lost.add(once);
    return [];
  }, 185);
  expect(lost.size).toBe(2);
  expect(links).toBe(1);
});
