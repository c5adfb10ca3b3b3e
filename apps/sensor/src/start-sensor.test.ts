// The sensor at the end of its link, with a real secure element at the other.

import { bytesToHex, mdc, mdcUnit, type Step2Message } from '@vitalseal/protocol';
import { SecureElement } from '@vitalseal/secure-element';
import { type ElementStorage, memoryStorage, sealedStorage } from '@vitalseal/secure-element/storage';
import {
  elementInService,
  type InService,
  patientIdentity,
  sensorIdentity,
  shakeHandsWithHospital,
  testLocalKey,
  tornStorage,
} from '@vitalseal/secure-element/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { installChain, loadSensorDevice, ownKey, type SensorDevice } from './device/sensor-device.ts';
import type { PhoneLink } from './link/phone-link.ts';
import type { ScheduledReading } from './recording/replay.ts';
import type { ReadingSource } from './recording/scheduled-readings.ts';
import { type Sensor, type SensorOptions, startSensor } from './start-sensor.ts';
import { ElementPhone } from './testing/element-phone.ts';

const running: Sensor[] = [];
afterEach(async () => {
  for (const sensor of running.splice(0)) await sensor.stop();
});

function pulses(count: number): ScheduledReading[] {
  return Array.from({ length: count }, (_, i) => ({
    measuredAt: 1_000_000 + i * 1000,
    measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: { mantissa: 60 + i, exponent: 0 } }],
  }));
}

/** A clock on which everything is due. */
const late = { now: () => 10_000_000 };

async function enrolled(service: InService, storage: ElementStorage): Promise<SensorDevice> {
  const own = await ownKey(storage, sensorIdentity);
  await installChain(storage, {
    chain: await service.world.certify(own.request, sensorIdentity),
    root: service.world.root,
  });
  return loadSensorDevice(storage);
}

interface Setting {
  readonly service: InService;
  readonly storage: ElementStorage;
  readonly device: SensorDevice;
  readonly phone: ElementPhone;
  readonly start: (changed?: Partial<SensorOptions>) => Promise<Sensor>;
}

async function setting(options: { mtu?: number } = {}): Promise<Setting> {
  // The sensor judges certificates by the machine's clock.
  const service = await elementInService({ at: Date.now() });
  const storage = await sealedStorage(memoryStorage(), testLocalKey);
  const device = await enrolled(service, storage);
  const phone = new ElementPhone(service.element, options.mtu);
  return {
    service,
    storage,
    device,
    phone,
    start: async (changed = {}) => {
      const sensor = await startSensor({
        device,
        patient: patientIdentity,
        readings: pulses(20),
        clock: late,
        connect: phone.connect,
        backoff: { firstMs: 1, mostMs: 5 },
        ...changed,
      });
      running.push(sensor);
      return sensor;
    },
  };
}

/** What the hospital would get: delivered in batches by the element itself. */
async function delivered({ service }: Setting, element: SecureElement = service.element): Promise<Step2Message[]> {
  await shakeHandsWithHospital(service, element);
  for (;;) {
    const batch = await element.sealBatch({
      sentAt: { utcMs: service.clock.at, offsetMinutes: 0 },
      at: service.clock.at,
    });
    if (!batch) return [...service.hospital.stored.values()];
    await element.takeHospitalAnswer(await service.hospital.records(batch.body), service.clock.at);
  }
}

const pulsesOf = (messages: Step2Message[]) =>
  messages
    .flatMap(({ reading }) =>
      reading.measurements.map(({ value }) => (typeof value === 'string' ? -1 : value.mantissa)),
    )
    .sort((a, b) => a - b);
const all = pulses(20).map((_, i) => 60 + i);

/** A phone as it comes by radio: others may wait behind it. */
function callers(connect: SensorOptions['connect'], waiting: { who: 'nobody' | 'stranger' | 'known' }) {
  const links: PhoneLink[] = [];
  const proofs: PhoneLink[] = [];
  const called: SensorOptions['connect'] = async (signal) => {
    const messages = await connect(signal);
    const link: PhoneLink = {
      listen: (listener) => messages.listen(listener),
      send: (type, body) => messages.send(type, body),
      close: (reason) => messages.close(reason),
      proved: () => proofs.push(link),
      waiting: () => waiting.who,
    };
    links.push(link);
    return link;
  };
  return { called, links, proofs };
}

describe('a phone that came by itself', () => {
  test.each(['nobody', 'stranger', 'known'] as const)(
    'and proves nothing is let go, whatever it goes on to say, while %s waits',
    async (who) => {
      const it = await setting();
      it.phone.trouble = 'outbox-full';
      const { called, links, proofs } = callers(it.phone.connect, { who });
      const codes: (string | undefined)[] = [];
      // It has a channel from a link before, so that nothing obliges the phone to prove anything.
      const first = await it.start({ readings: pulses(1), connect: callers(it.phone.connect, { who }).called });
      await expect.poll(() => it.phone.records.length).toBeGreaterThan(0);
      await first.stop();
      const talk = setInterval(() => it.phone.open(8), 5);
      await it.start({ connect: called, silenceMs: 40, events: { link: ({ code }) => codes.push(code) } });
      await expect.poll(() => links.length).toBeGreaterThan(3);
      clearInterval(talk);
      expect(codes).toContain('sensor-phone-silent');
      expect(proofs).toEqual([]);
    },
  );

  test.each([
    ['stranger', 1],
    ['known', 2],
  ] as const)(
    'and has proved, and then takes nothing, gives way to a phone that is known alone: %s',
    async (who, links) => {
      const it = await setting();
      const waiting: { who: 'nobody' | 'stranger' | 'known' } = { who: 'nobody' };
      const phones = callers(it.phone.connect, waiting);
      const second = Promise.withResolvers<void>();
      const source: ReadingSource = {
        async next(measured) {
          if (measured > 0) await second.promise;
          return pulses(2).slice(measured, measured + 1);
        },
      };
      const sensor = await it.start({ connect: phones.called, silenceMs: 60, readings: source });
      await expect.poll(() => sensor.counts()).toMatchObject({ acknowledged: 1 });
      expect(phones.proofs.length).toBeGreaterThan(0);
      it.phone.trouble = 'outbox-full';
      waiting.who = who;
      const talk = setInterval(() => it.phone.open(8), 5);
      second.resolve();
      await expect.poll(() => sensor.counts().waiting).toBe(1);
      // Each record that the phone does not take is sent again.
      await expect.poll(() => it.phone.records.length).toBeGreaterThan(20);
      clearInterval(talk);
      expect(Math.min(phones.links.length, 2)).toBe(links);
    },
  );
});

describe('the sensor', () => {
  test('measures, seals and sends until all is acknowledged', async () => {
    const it = await setting();
    const sensor = await it.start();
    await sensor.finished;
    expect(sensor.counts()).toEqual({ measured: 20, acknowledged: 20, refused: 0, waiting: 0 });
    expect(pulsesOf(await delivered(it))).toEqual(all);
  });

  test('cuts everything to the MTU of the link, also the smallest', async () => {
    const it = await setting({ mtu: 23 });
    const sensor = await it.start();
    await sensor.finished;
    expect(Math.max(...it.phone.frames.map(({ length }) => length))).toBe(20);
  });

  test('no frame on the link holds a reading in the clear', async () => {
    const it = await setting({ mtu: 517 });
    const sensor = await it.start({
      readings: [
        {
          measuredAt: 1_000_000,
          measurements: [{ code: 147842, unit: 264864, value: { mantissa: 7654321, exponent: -2 } }],
        },
      ],
    });
    await sensor.finished;
    const [message] = await delivered(it);
    expect(message?.reading.measurements[0]?.value).toEqual({ mantissa: 7654321, exponent: -2 });
    const wire = it.phone.frames.map(bytesToHex).join('|');
    expect(wire).not.toContain((7654321).toString(16));
    expect(wire).not.toContain((147842).toString(16));
  });

  test('a link cut at any moment costs no reading and repeats none', async () => {
    const it = await setting();
    it.phone.cutAnswers = 7;
    const sensor = await it.start();
    await sensor.finished;
    expect(it.phone.links).toBe(8);
    expect(pulsesOf(await delivered(it))).toEqual(all);
    it.service.element.unlock();
    expect((await it.service.element.display()).counts).toMatchObject({ received: 20 });
  });

  test('begins no handshake before the phone listens, which may count as subscribed from its bond alone', async () => {
    const it = await setting();
    const unheard: string[] = [];
    const connect: SensorOptions['connect'] = async () => {
      const messages = await it.phone.connect();
      let listens = false;
      return {
        listen: (listener) =>
          messages.listen({
            ...listener,
            message: (type, body) => {
              setTimeout(() => {
                listens = true;
                listener.message(type, body);
              }, 20);
            },
          }),
        send: async (type, body) => {
          if (listens) return messages.send(type, body);
          unheard.push(type);
        },
        close: (reason) => messages.close(reason),
      };
    };
    const sensor = await it.start({ connect, silenceMs: 600_000 });
    await sensor.finished;
    expect(unheard).toEqual([]);
    expect(sensor.counts()).toMatchObject({ acknowledged: 20 });
  });

  test('sends no more than the phone has room for', async () => {
    const it = await setting();
    it.phone.away = true;
    const sensor = await it.start();
    while (sensor.counts().measured < 20) await turn();
    it.phone.open(0);
    it.phone.away = false;
    while (it.phone.handshakes < 2) await turn();
    await turn();
    expect(it.phone.records).toHaveLength(0);
    it.phone.open(1);
    await sensor.finished;
    expect(it.phone.records).toHaveLength(20);
  });

  test('keeps what the phone cannot take now, and sends it again with a new window', async () => {
    const it = await setting();
    it.phone.trouble = 'storage-full';
    const troubles: (string | undefined)[] = [];
    const sensor = await it.start({ events: { link: ({ code }) => troubles.push(code) } });
    while (!troubles.includes('storage-full')) await turn();
    expect(sensor.counts()).toMatchObject({ acknowledged: 0, waiting: 20 });
    it.phone.trouble = undefined;
    it.phone.open(8);
    await sensor.finished;
    expect(pulsesOf(await delivered(it))).toEqual(all);
  });

  test('a phone that lies makes it shake hands, and never forget or seal again', async () => {
    const it = await setting();
    const clock = { at: 1_004_500, now: () => clock.at };
    const sensor = await it.start({ clock });
    while (sensor.counts().acknowledged < 5) await turn();
    it.phone.lie = 'channel-unknown';
    clock.at = late.now();
    while (it.phone.links < 4) await turn();
    expect(sensor.counts()).toMatchObject({ acknowledged: 5, waiting: 15 });
    it.phone.lie = undefined;
    await sensor.finished;
    expect(new Set(it.phone.records.map(bytesToHex)).size).toBe(20);
    expect(pulsesOf(await delivered(it))).toEqual(all);
  });

  test('seals again for a phone whose element is new, and nothing is lost or stored twice', async () => {
    const it = await setting();
    let element = it.service.element;
    const phone = new ElementPhone(() => element);
    const first = await it.start({ connect: phone.connect, readings: pulses(5) });
    await first.finished;
    await first.stop();
    await delivered(it);
    // The patient's phone is lost; the new one has the same identity and another key.
    phone.away = true;
    const sensor = await it.start({ connect: phone.connect });
    while (sensor.counts().measured < 20) await turn();
    element = await newElement(it.service);
    phone.away = false;
    await sensor.finished;
    expect(sensor.counts()).toMatchObject({ measured: 20, acknowledged: 20, refused: 0 });
    const stored = await delivered(it, element);
    expect(pulsesOf(stored)).toEqual(all);
  });

  test('keys are renewed on the way, and every channel before is given up', async () => {
    const it = await setting();
    const sensor = await it.start({ readings: pulses(300), settings: { renewAfterRecords: 50 } });
    await sensor.finished;
    expect(it.phone.handshakes).toBeGreaterThan(2);
    expect(await it.storage.list('channel/')).toHaveLength(1);
    expect(await delivered(it)).toHaveLength(300);
  });

  test('what it measured before it was switched off is not measured again', async () => {
    const it = await setting();
    it.phone.away = true;
    const before = await it.start({ clock: { now: () => 1_009_500 } });
    while (before.counts().measured < 10) await turn();
    await before.stop();
    it.phone.away = false;
    const sensor = await it.start();
    await sensor.finished;
    expect(sensor.counts()).toMatchObject({ measured: 20, acknowledged: 20 });
    expect(pulsesOf(await delivered(it))).toEqual(all);
  });

  test('memory that is full makes measuring wait', async () => {
    const it = await setting();
    it.phone.away = true;
    const states: (string | undefined)[] = [];
    const sensor = await it.start({
      capacity: 5,
      events: { link: ({ code }) => states.push(code) },
      readings: pulses(200),
    });
    while (!states.includes('sensor-memory-full')) await turn();
    expect(sensor.counts().measured).toBeLessThan(200);
    it.phone.away = false;
    await sensor.finished;
    expect(await delivered(it)).toHaveLength(200);
  });
});

describe('power lost in the sensor', () => {
  test.for(['before', 'after'] as const)('%s each commit in turn: every reading is kept once', async (moment) => {
    for (let failAt = 1; failAt < 40; failAt++) {
      const it = await setting();
      const inner = memoryStorage();
      const enrolling = await sealedStorage(inner, testLocalKey);
      await enrolled(it.service, enrolling);
      const torn = tornStorage(inner, failAt, moment);
      let device = await loadSensorDevice(await sealedStorage(torn, testLocalKey));
      const options = { readings: pulses(9), clock: late };
      let sensor = await it.start({ ...options, device });
      const failed = await failedToFinish(sensor);
      if (failed) {
        await sensor.stop();
        device = await loadSensorDevice(await sealedStorage(torn, testLocalKey));
        sensor = await it.start({ ...options, device });
        await sensor.finished;
      }
      expect(sensor.counts()).toMatchObject({ measured: 9, acknowledged: 9 });
      expect({ failAt, pulses: pulsesOf(await delivered(it)) }).toEqual({ failAt, pulses: all.slice(0, 9) });
      await sensor.stop();
      if (torn.commits < failAt) break;
    }
  });
});

/** @returns whether the sensor's store failed */
function failedToFinish(sensor: Sensor): Promise<boolean> {
  return sensor.finished.then(
    () => false,
    () => true,
  );
}

async function newElement({ world, clock }: InService): Promise<SecureElement> {
  const element = await SecureElement.open({ storage: memoryStorage(), localKey: testLocalKey });
  const chain = await world.certify(await element.generateKey(patientIdentity), patientIdentity);
  await element.installCertificates({ chain, anchors: [world.root], at: clock.at });
  await element.bond({ sensors: [sensorIdentity] });
  return element;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}
