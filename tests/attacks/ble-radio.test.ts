// Table II, Bluetooth LE, on the radio itself: host stacks at both ends, and in the room whoever likes to listen, to say
// again what was said, to make up values, to offer a sensor of his own, and to take the patient's.

import { knownPatient, ownCode, resetSensor } from '@vitalseal/app-sensor';
import { characteristicUuid, SealedSensorService, StandardPeripheral, sealedSensorUuids } from '@vitalseal/ble';
import { openRadio } from '@vitalseal/ble/node';
import { type RadioRoom, startRadioRoom } from '@vitalseal/ble/testing';
import { encodeCbor, formatIdentity, type Identity } from '@vitalseal/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aclOf, Listener, type OnAir, octetsOf } from './air.fixture.ts';
import { type PhoneOnAir, phoneAside, phoneOnAir, SensorOnAir } from './room.fixture.ts';
import { identities, nameOf, soon, Ward } from './ward.fixture.ts';

const place = { latitude: 48.137154, longitude: 11.576124, accuracyMetres: 5 };
const roommate: Identity = { role: 'patient', id: 'patient-3' };
const sensorNamed = (id: string): Identity => ({ role: 'sensor', id });

let ward: Ward;
let room: RadioRoom;
let phone: PhoneOnAir;

beforeAll(async () => {
  [ward, room] = await Promise.all([Ward.open(), startRadioRoom()]);
  ward.onClose(() => room.close());
  await ward.admit(roommate);
  const location = () => ({ ...place, at: Date.now() });
  phone = await phoneOnAir(ward, room, { identity: identities.patient, sensors: [identities.sensor], location });
});
afterAll(() => ward.close());

async function storedReadings(): Promise<number> {
  return (await ward.store.counts()).stored;
}

/** Measured on the patient and stored by the hospital, each once. */
async function storedOnce(sensor: SensorOnAir, pulses: readonly number[], attack?: () => unknown): Promise<void> {
  const before = await storedReadings();
  const running = await sensor.measure(identities.patient, pulses);
  try {
    await attack?.();
    await running.finished;
    expect(running.counts().waiting).toBe(0);
  } finally {
    await running.stop();
  }
  await expect.poll(storedReadings, soon).toBe(before + pulses.length);
}

describe('whoever listens', () => {
  /** What a reading, a name or a place would look like. */
  function tellTales(): [what: string, bytes: Buffer][] {
    const text = (value: string): [string, Buffer] => [value, Buffer.from(value)];
    const number = (what: string, value: number): [string, Buffer] => [what, Buffer.from(encodeCbor(value))];
    return [
      text(nameOf(identities.patient.id)),
      text(formatIdentity(identities.patient)),
      text(identities.patient.id),
      text(formatIdentity(identities.sensor)),
      number('the code of a pulse', 147842),
      number('its unit', 264864),
      number('the latitude', Math.round(place.latitude * 1e6)),
      number('the longitude', Math.round(place.longitude * 1e6)),
    ];
  }

  test('to a standard sensor reads the pulse: this is what the sealed one is compared with', async () => {
    const [worn, central] = [await room.controller(), await room.controller()];
    const listener = new Listener(worn);
    const now = () => ({ utcMs: Date.now(), offsetMinutes: 0 });
    const strap = new StandardPeripheral({ profiles: ['heart-rate'], now });
    const radio = await openRadio(worn.address, { bondFolder: `${ward.folder}/strap` });
    const phones = await openRadio(central.address, { bondFolder: `${ward.folder}/standard phone` });
    try {
      const advertised = [...strap.advertised];
      strap.start(await radio.advertise({ name: 'strap', services: [...strap.services], advertised }));
      const [service = ''] = advertised;
      const link = await phones.connect(await phones.find({ services: [service] }));
      const told = await (await link.service(service)).characteristic(characteristicUuid.heartRate);
      const heard: number[] = [];
      await told.listen((value) => heard.push(value[1] ?? 0));
      await strap.measure({ heartRate: 211 });
      await expect.poll(() => heard, soon).toEqual([211]);
    } finally {
      await phones.close();
      await radio.close();
    }
    const values = listener.notifications.map(({ payload }) => payload.subarray(3));
    expect(values.map((value) => value[1])).toEqual([211]);
  });

  test('to a sealed sensor finds no reading, no name and no place', async () => {
    const sensor = await SensorOnAir.open(ward, room, identities.sensor);
    const [sensorsWords, phonesWords] = [new Listener(sensor.controller), new Listener(phone.controller)];
    await storedOnce(sensor, [81, 82, 83, 84]);
    await sensor.switchOff();
    const air = Buffer.concat([sensorsWords.bytes, phonesWords.bytes]);
    // Four records at least went over it.
    expect(sensorsWords.notifications.length).toBeGreaterThanOrEqual(4);
    expect(air.length).toBeGreaterThan(1000);
    for (const [what, bytes] of tellTales()) expect(air.includes(bytes), what).toBe(false);
  });
});

describe('whoever speaks in another\u2019s place', () => {
  let sensor: SensorOnAir;
  beforeAll(async () => {
    const identity = sensorNamed('sensor-replayed');
    sensor = await SensorOnAir.open(ward, room, identity);
    await phone.gateway.bondWithCode((await ownCode(sensor.device.storage)).key);
    expect(await sensor.bond()).toEqual(identities.patient);
  });
  afterAll(() => sensor.switchOff());

  /** On the air in the sensor's place, until the phone has heard all of it. */
  async function said(packets: readonly OnAir[], handle: number): Promise<void> {
    const phones = new Listener(phone.controller, 'heard');
    const hex = ({ payload }: OnAir) => payload.toString('hex');
    for (const packet of packets) sensor.controller.say(aclOf({ ...packet, handle }));
    const unheard = () => {
      const heard = new Set(phones.notifications.map(hex));
      return packets.filter((packet) => !heard.has(hex(packet))).length;
    };
    await expect.poll(unheard, soon).toBe(0);
    phones.end();
  }

  test('plays a recorded session back, on the same link and on the next: nothing is stored twice', async () => {
    const listener = new Listener(sensor.controller);
    await storedOnce(sensor, [90, 91, 92]);
    const recorded = listener.notifications;
    expect(recorded.length).toBeGreaterThanOrEqual(3);
    const stored = await storedReadings();
    for (const pulses of [[93], [94]]) {
      const seen = listener.notifications.length;
      await storedOnce(sensor, pulses, async () => {
        await expect.poll(() => listener.notifications.length, soon).toBeGreaterThan(seen);
        await said(recorded, listener.notifications.at(-1)?.handle ?? 0);
      });
    }
    expect(await storedReadings()).toBe(stored + 2);
    const { counts } = await phone.gateway.status();
    expect(counts.refused).toBe(0);
  });

  test('offers a sensor of his own that says what ours has said: the phone stores nothing of it', async () => {
    const worn = await SensorOnAir.open(ward, room, sensorNamed('sensor-recorded'));
    const recorder = new Listener(worn.controller);
    await phone.gateway.bondWithCode((await ownCode(worn.device.storage)).key);
    await worn.bond();
    await storedOnce(worn, [99, 100]);
    await worn.switchOff();
    expect(recorder.indications.length).toBeGreaterThanOrEqual(4);
    expect(recorder.notifications.length).toBeGreaterThanOrEqual(2);

    const { address } = await room.controller();
    const radio = await openRadio(address, { bondFolder: `${ward.folder}/impostor` });
    const service = new SealedSensorService({ status: () => ({ battery: 90, stored: 2, bonded: true }) });
    const troubles = phone.troubles.length;
    const before = await phone.gateway.status();
    await ward.unchangedBy(async () => {
      const server = await radio.advertise(service.peripheral('impostor'));
      service.attach(server);
      const { peer } = await service.nextPhone(new AbortController().signal);
      for (const said of recorder.indications) await server.notify(peer, sealedSensorUuids.handshake, octetsOf(said));
      for (const said of recorder.notifications) await server.notify(peer, sealedSensorUuids.records, octetsOf(said));
      await expect.poll(() => phone.troubles.slice(troubles), soon).toContain('handshake-out-of-order');
    });
    await radio.close();
    expect((await phone.gateway.status()).counts.received).toBe(before.counts.received);
    await storedOnce(sensor, [101]);
  });

  test('injects notifications of his own, and changed ones: none becomes a reading, none is lost', async () => {
    const listener = new Listener(sensor.controller);
    await storedOnce(sensor, [95]);
    const [recorded] = listener.notifications.slice(-1);
    if (!recorded) throw new Error('expected a notification');
    const changed = (change: (payload: Buffer) => void): OnAir => {
      const payload = Buffer.from(recorded.payload);
      change(payload);
      return { ...recorded, payload };
    };
    const injected = [
      changed((payload) => payload.fill(0, 3)),
      changed((payload) => payload.fill(0xff, 3)),
      ...Array.from({ length: 40 }, (_, at) => changed((payload) => (payload[3 + at] = (payload[3 + at] ?? 0) ^ 1))),
      { ...recorded, payload: recorded.payload.subarray(0, 3) },
      { ...recorded, payload: recorded.payload.subarray(0, 9) },
    ];
    const received = (await phone.gateway.status()).counts.received;
    await storedOnce(sensor, [96, 97, 98], async () => {
      const seen = listener.notifications.length;
      await expect.poll(() => listener.notifications.length, soon).toBeGreaterThan(seen);
      await said(injected, listener.notifications.at(-1)?.handle ?? 0);
    });
    expect((await phone.gateway.status()).counts.received).toBe(received + 3);
  });
});

describe('codes on sensors', () => {
  test('a stranger\u2019s sensor, certified like ours, is not paired, and the code goes on waiting for ours', async () => {
    const stranger = await SensorOnAir.open(ward, room, sensorNamed('sensor-of-a-stranger'));
    const ours = await SensorOnAir.open(ward, room, sensorNamed('sensor-ours'));
    await phone.gateway.bondWithCode((await ownCode(ours.device.storage)).key);
    const stop = new AbortController();
    const luring = stranger.bond(stop.signal);
    await expect.poll(() => stranger.trouble, soon).toContain('peer-refused');
    await expect.poll(() => phone.troubles, soon).toContain('sensor-code-unknown');
    expect((await phone.gateway.status()).codesWaiting).toBe(1);
    expect(await ours.bond()).toEqual(identities.patient);
    await storedOnce(ours, [70, 71]);
    stop.abort();
    expect(await luring).toBeUndefined();
    const { sensors, codesWaiting } = await phone.gateway.status();
    expect(sensors.map(({ id }) => id)).toContain('sensor-ours');
    expect(sensors.map(({ id }) => id)).not.toContain('sensor-of-a-stranger');
    expect(codesWaiting).toBe(0);
    await Promise.all([stranger.switchOff(), ours.switchOff()]);
  });

  test('our sensor is not taken by a phone without its code, though another certified patient\u2019s', async () => {
    const sensor = await SensorOnAir.open(ward, room, sensorNamed('sensor-wanted'));
    const thief = await phoneAside(ward, room, identities.neighbour);
    await thief.gateway.bondWithCode(new Uint8Array(32).fill(5));
    const bonding = sensor.bond();
    await thief.reach(sensor);
    await expect.poll(() => sensor.trouble, soon).toContain('peer-refused');
    expect((await thief.gateway.status()).sensors).toEqual([]);
    const own = await phoneAside(ward, room, roommate);
    await own.gateway.bondWithCode((await ownCode(sensor.device.storage)).key);
    await own.reach(sensor);
    expect(await bonding).toEqual(roommate);
    const first = await sensor.measure(roommate, [72]);
    await own.reach(sensor, first.finished);
    await first.stop();

    // He has read the label since: a sensor that is bonded asks for no code.
    await thief.gateway.bondWithCode((await ownCode(sensor.device.storage)).key);
    const second = await sensor.measure(roommate, [73]);
    await thief.reach(sensor);
    await expect.poll(() => sensor.trouble, soon).toContain('sensor-phone-not-bonded');
    await expect.poll(() => second.counts(), soon).toMatchObject({ measured: 2, acknowledged: 1, waiting: 1 });
    await second.stop();
    expect(await knownPatient(sensor.device, undefined)).toEqual(roommate);

    // Stolen and reset: by the code that has served it gets nothing into its patient's record,
    await resetSensor(sensor.device.storage);
    const taken = sensor.bond();
    await own.reach(sensor);
    await expect.poll(() => own.troubles, soon).toContain('sensor-code-unknown');
    // and in the hands of whoever reset it, it is his, and takes nothing of its patient along.
    await thief.reach(sensor);
    expect(await taken).toEqual(identities.neighbour);
    expect((await thief.gateway.status()).counts.received).toBe(0);
    expect((await own.gateway.status()).counts.received).toBe(1);
    await sensor.switchOff();
  });
});
