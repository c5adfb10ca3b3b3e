// Both sides of the sealed sensor's service, over GATT in one process: what is lost, repeated or invented on the way costs
// the message it belongs to, and never the link.

import { type Bytes, largestMtu, leastMtu } from '@vitalseal/protocol';
import type { LinkMessage, MessageLink } from '@vitalseal/sensor-link';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GattConnection } from '../gatt/gatt-client.ts';
import { InProcessRadio, type InProcessRadioOptions } from '../testing/in-process/in-process-radio.ts';
import type { PhoneAtSensor } from './phone-at-sensor.ts';
import { openSealedSensor, type SealedSensorLink } from './phone-side.ts';
import { type SealedSensorOptions, SealedSensorService } from './sensor-side.ts';
import { decodeStatus, encodeStatus, type SensorStatus } from './status.ts';
import { sealedSensorUuids } from './uuids.ts';

const seed = 20260515;
const never = new AbortController().signal;

interface Room {
  readonly radio: InProcessRadio;
  readonly service: SealedSensorService;
  status: Pick<SensorStatus, 'battery' | 'stored' | 'bonded'>;
}

async function room(
  options: InProcessRadioOptions = {},
  patience: NonNullable<SealedSensorOptions['patience']> = {},
): Promise<Room> {
  const radio = new InProcessRadio(options);
  const it: Room = {
    radio,
    service: new SealedSensorService({ status: () => it.status, patience }),
    status: { battery: 71, stored: 3, bonded: true },
  };
  it.service.attach(await radio.advertise(it.service.peripheral('a sensor')));
  return it;
}

interface Linked {
  readonly connection: GattConnection;
  readonly phone: SealedSensorLink;
  readonly sensor: PhoneAtSensor;
  readonly atPhone: [LinkMessage, Bytes][];
  readonly atSensor: [LinkMessage, Bytes][];
}

async function linked({ radio, service }: Room, mtu: number): Promise<Linked> {
  const connection = await radio.connect(mtu);
  const phone = await openSealedSensor(connection);
  const sensor = await service.nextPhone(never);
  return { connection, phone, sensor, atPhone: heard(phone.messages), atSensor: heard(sensor) };
}

function heard(messages: MessageLink): [LinkMessage, Bytes][] {
  const all: [LinkMessage, Bytes][] = [];
  messages.listen({ message: (type, body) => all.push([type, body]), closed: () => {} });
  return all;
}

async function quiet(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe('the service of a sealed sensor', () => {
  test('carries messages of any size both ways at any MTU, whether the platform tells it or not', async () => {
    const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 900 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: leastMtu, max: largestMtu }),
        fc.boolean(),
        bodies,
        async (mtu, hideMtu, all) => {
          const { sensor, phone, atPhone, atSensor } = await linked(await room({ hideMtu }), mtu);
          const sent = all.map((body) => new Uint8Array(body));
          for (const body of sent) {
            await sensor.send('handshake', body);
            await sensor.send('record', body);
            await phone.messages.send('handshake', body);
            for (const type of ['answer', 'window', 'trouble'] as const) await phone.messages.send(type, body);
          }
          await quiet();
          for (const type of ['handshake', 'record']) {
            expect(atPhone.filter(([got]) => got === type).map(([, body]) => body)).toEqual(sent);
          }
          for (const type of ['handshake', 'answer', 'window', 'trouble']) {
            expect(atSensor.filter(([got]) => got === type).map(([, body]) => body)).toEqual(sent);
          }
        },
      ),
      { seed, numRuns: 25 },
    );
  });

  test('a notification that is lost, repeated or changed costs its record alone, and is counted', async () => {
    let count = 0;
    const faults = new Map<number, (value: Bytes) => Bytes[]>([
      [3, () => []],
      [9, (value) => [value, value]],
      [15, (value) => [value.slice(0, 1)]],
    ]);
    const it = await room({
      pass: ({ direction, value }) => {
        count += direction === 'to phone' ? 1 : 0;
        return direction === 'to phone' ? (faults.get(count)?.(value) ?? [value]) : [value];
      },
    });
    const { sensor, phone, atPhone } = await linked(it, leastMtu);
    // Four notifications each: the faults meet the first, the third and the fourth of them.
    const records = [0, 1, 2, 3, 4, 5].map((byte) => new Uint8Array(60).fill(byte));
    for (const record of records) await sensor.send('record', record);
    await quiet();
    expect(atPhone.map(([, [byte]]) => byte)).toEqual([1, 4, 5]);
    expect(phone.dropped).toBeGreaterThan(0);
  });

  test('any bytes written to the sensor or notified to the phone are a message, are waited for, or are counted', async () => {
    const values = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(values, values, async (toSensor, toPhone) => {
        const it = await room();
        const { connection, sensor, phone, atSensor, atPhone } = await linked(it, 64);
        const service = await connection.service(sealedSensorUuids.service);
        const answers = await service.characteristic(sealedSensorUuids.answers);
        const handshake = await service.characteristic(sealedSensorUuids.handshake);
        for (const value of toSensor) {
          await answers.write(new Uint8Array(value));
          await handshake.write(new Uint8Array(value));
        }
        for (const value of toPhone) it.radio.inject(sealedSensorUuids.status, new Uint8Array(value));
        for (const value of toPhone) it.radio.inject(sealedSensorUuids.records, new Uint8Array(value));
        // What was invented may have used up as many numbers as count as old: sent again a few times, all comes through.
        const last = Uint8Array.of(0xab, 0xcd);
        for (let tries = 0; tries < 65; tries++) await phone.messages.send('answer', last);
        for (let tries = 0; tries < 65; tries++) await sensor.send('handshake', last);
        await quiet();
        expect(atSensor.at(-1)).toEqual(['answer', last]);
        expect(atPhone.at(-1)).toEqual(['handshake', last]);
        expect(await connectionOpen(connection)).toBe(true);
      }),
      { seed, numRuns: 10 },
    );
  });

  test('tells its status, and tells it anew when it changes', async () => {
    const it = await room({ hideMtu: true });
    const told: SensorStatus[] = [];
    const phone = await openSealedSensor(await it.radio.connect(185), { status: (status) => told.push(status) });
    expect(phone.status).toEqual({ mtu: 185, battery: 71, stored: 3, bonded: true, busy: false });
    it.status = { battery: undefined, stored: 70_000, bonded: false };
    it.service.statusChanged();
    it.service.statusChanged();
    await quiet();
    expect(told).toEqual([{ mtu: 185, battery: undefined, stored: 70_000, bonded: false, busy: false }]);
    expect(await phone.readStatus()).toEqual(told[0]);
    it.service.statusChanged();
    await quiet();
    expect(told).toHaveLength(1);
  });

  test('tells the newest status to a phone that is slow to take it, and not each one in between', async () => {
    const it = await room();
    const slow = Promise.withResolvers<void>();
    const told: number[] = [];
    let notified = 0;
    const service = new SealedSensorService({ status: () => it.status });
    const radio = new InProcessRadio();
    const server = await radio.advertise(service.peripheral('a sensor'));
    service.attach({
      notify: async (...value) => {
        notified += 1;
        await server.notify(...value);
        if (notified === 1) await slow.promise;
      },
      close: () => server.close(),
    });
    await openSealedSensor(await radio.connect(185), { status: ({ stored }) => told.push(stored) });
    for (let stored = 10; stored < 20; stored++) {
      it.status = { ...it.status, stored };
      service.statusChanged();
      await quiet();
    }
    slow.resolve();
    await quiet();
    expect(told).toEqual([10, 19]);
  });

  test('a status is nine bytes; what is none is refused with a code', () => {
    const status = fc.record({
      mtu: fc.integer({ min: leastMtu, max: largestMtu }),
      battery: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
      stored: fc.integer({ min: 0, max: 0xffffffff }),
      bonded: fc.boolean(),
      busy: fc.boolean(),
    });
    fc.assert(
      fc.property(status, (each) => {
        expect(decodeStatus(encodeStatus(each))).toEqual(each);
      }),
      { seed },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        try {
          expect(decodeStatus(new Uint8Array(bytes)).mtu).toBeGreaterThanOrEqual(leastMtu);
        } catch (error) {
          expect(error).toMatchObject({ code: 'gatt-malformed' });
        }
      }),
      { seed, numRuns: 500 },
    );
  });
});

describe('phones at a sensor', () => {
  test('are served one after the other, and the second is told that it waits', async () => {
    const it = await room();
    const first = await linked(it, 100);
    const second = await openSealedSensor(await it.radio.connect(100, '00:00:00:00:00:02'));
    expect(second.status.busy).toBe(true);
    expect(first.sensor.waiting()).toBe('stranger');
    first.sensor.close();
    const next = await it.service.nextPhone(never);
    await quiet();
    expect(second.status.busy).toBe(false);
    expect(next.peer.id).toBe('00:00:00:00:00:02');
    const at = heard(second.messages);
    await next.send('record', Uint8Array.of(7));
    await quiet();
    expect(at).toEqual([['record', Uint8Array.of(7)]]);
  });

  test('a phone that has proved before goes in front of strangers, of whom no more than three are let in', async () => {
    const it = await room();
    const own = '00:00:00:00:00:99';
    const before = await it.radio.connect(100, own);
    await openSealedSensor(before);
    const first = await it.service.nextPhone(never);
    first.proved();
    before.close();
    await quiet();
    const strangers = [];
    for (let stranger = 0; stranger < 9; stranger++) strangers.push(await it.radio.connect(100, `s${stranger}`));
    expect(await Promise.all(strangers.map(connectionOpen))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => n < 3));
    for (const stranger of strangers.slice(0, 3)) await openSealedSensor(stranger);
    const served = await it.service.nextPhone(never);
    expect([served.peer.id, served.waiting()]).toEqual(['s0', 'stranger']);
    await openSealedSensor(await it.radio.connect(100, own));
    expect(served.waiting()).toBe('known');
    served.close();
    expect((await it.service.nextPhone(never)).peer.id).toBe(own);
  });

  test('a link on which nobody asks for anything is let go, and so is a stranger that stands in line too long', async () => {
    const it = await room({}, { introduction: 20, line: 200 });
    const served = await linked(it, 100);
    const silent = await it.radio.connect(100, 'silent');
    const waiting = await it.radio.connect(100, 'waiting');
    await openSealedSensor(waiting);
    await silent.closed;
    expect(await connectionOpen(waiting)).toBe(true);
    await waiting.closed;
    expect(await connectionOpen(served.connection)).toBe(true);
  });

  test('a stranger goes when the radio has no link left and it has had its time; a phone that has proved does not', async () => {
    const it = await room({}, { full: 0 });
    const stranger = await linked(it, 100);
    it.radio.full();
    await stranger.connection.closed;
    const own = await it.radio.connect(100, 'own');
    await openSealedSensor(own);
    (await it.service.nextPhone(never)).proved();
    it.radio.full();
    await quiet();
    expect(await connectionOpen(own)).toBe(true);
  });

  test('one that is gone is not served, and a sensor that stops waits for none', async () => {
    const it = await room();
    await openSealedSensor(await it.radio.connect(100));
    it.radio.outOfRange();
    await quiet();
    const stop = new AbortController();
    const next = it.service.nextPhone(stop.signal);
    stop.abort();
    await expect(next).rejects.toMatchObject({ code: 'radio-disconnected' });
  });

  test('what is said to a phone that went is dropped, and its link says that it is closed', async () => {
    const it = await room();
    const { sensor, phone } = await linked(it, 100);
    const closed: string[] = [];
    sensor.listen({ message: () => {}, closed: () => closed.push('sensor') });
    phone.messages.listen({ message: () => {}, closed: () => closed.push('phone') });
    it.radio.outOfRange();
    await sensor.send('record', Uint8Array.of(1));
    await phone.messages.send('answer', Uint8Array.of(1));
    await quiet();
    expect(closed.sort()).toEqual(['phone', 'sensor']);
  });
});

function connectionOpen(connection: GattConnection): Promise<boolean> {
  return Promise.race([connection.closed.then(() => false), quiet().then(() => true)]);
}
