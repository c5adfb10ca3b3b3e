// A sensor that is nobody's, and the phones it meets: real secure elements, of its patient and of others.

import { type Identity, mdc, mdcUnit } from '@vitalseal/protocol';
import { SecureElement } from '@vitalseal/secure-element';
import { type ElementStorage, memoryStorage, sealedStorage } from '@vitalseal/secure-element/storage';
import { elementInService, type InService, patientIdentity, testLocalKey } from '@vitalseal/secure-element/testing';
import { describe, expect, test } from 'vitest';
import { installChain, loadSensorDevice, ownKey, type SensorDevice } from '../device/sensor-device.ts';
import { startSensor } from '../start-sensor.ts';
import { ElementPhone } from '../testing/element-phone.ts';
import { bondedPatient, ownCode, resetSensor } from './bond.ts';
import { knownPatient, type UntilBondedOptions, untilBonded } from './until-bonded.ts';

const identity = { role: 'sensor', id: 'sensor-7' } as const;
const backoff = { firstMs: 1, mostMs: 5 };

interface Setting {
  readonly service: InService;
  readonly storage: ElementStorage;
  readonly device: SensorDevice;
  readonly phone: ElementPhone;
}

async function setting(): Promise<Setting> {
  const service = await elementInService({ at: Date.now() });
  const storage = await sealedStorage(memoryStorage(), testLocalKey);
  const own = await ownKey(storage, identity);
  await installChain(storage, { chain: await service.world.certify(own.request, identity), root: service.world.root });
  return { service, storage, device: await loadSensorDevice(storage), phone: new ElementPhone(service.element) };
}

/** Another patient of the same authority, with an element of his own. */
function stranger(service: InService): Promise<SecureElement> {
  return elementOf(service, { role: 'patient', id: 'patient-2' });
}

async function elementOf({ world, clock }: InService, patient: Identity): Promise<SecureElement> {
  const element = await SecureElement.open({ storage: memoryStorage(), localKey: testLocalKey });
  const chain = await world.certify(await element.generateKey(patient), patient);
  await element.installCertificates({ chain, anchors: [world.root], at: clock.at });
  return element;
}

function bonding(device: SensorDevice, phone: ElementPhone, changed: Partial<UntilBondedOptions> = {}) {
  const signal = new AbortController().signal;
  return untilBonded({ device, connect: phone.connect, signal, backoff, ...changed });
}

/** Until phones have refused so many times. */
async function refusals(device: SensorDevice, phone: ElementPhone, count: number): Promise<(string | undefined)[]> {
  const codes: (string | undefined)[] = [];
  const stop = new AbortController();
  const refused = (code: string | undefined) => {
    if (codes.push(code) === count) stop.abort();
  };
  expect(await bonding(device, phone, { refused, signal: stop.signal })).toBeUndefined();
  return codes;
}

const readings = [
  {
    measuredAt: 1000,
    measurements: [{ code: mdc.heartRate, unit: mdcUnit.beatsPerMinute, value: { mantissa: 70, exponent: 0 } }],
  },
];

async function measured({ device }: Setting, phone: ElementPhone) {
  const sensor = await startSensor({
    device,
    patient: patientIdentity,
    readings,
    clock: { now: () => 10_000 },
    connect: phone.connect,
    backoff,
  });
  return sensor;
}

describe('a sensor that is nobody\u2019s', () => {
  test('is bonded by the phone that was given its code, for good, and its readings are taken', async () => {
    const all = await setting();
    const { service, storage, device, phone } = all;
    const { key } = await ownCode(storage);
    expect((await ownCode(storage)).key).toEqual(key);
    expect(await knownPatient(device, undefined)).toBeUndefined();
    await service.element.bondWithCode(key);
    expect(await bonding(device, phone)).toEqual(patientIdentity);
    expect(phone.records).toEqual([]);
    const again = await loadSensorDevice(storage);
    expect(await knownPatient(again, undefined)).toEqual(patientIdentity);
    const sensor = await measured(all, phone);
    await sensor.finished;
    expect(sensor.counts()).toMatchObject({ acknowledged: 1, waiting: 0 });
    await sensor.stop();
  });

  test('is refused by phones that were not given it, certified as they are, and goes on to the next', async () => {
    const { service, storage, device, phone } = await setting();
    const { key } = await ownCode(storage);
    const other = await stranger(service);
    await other.bondWithCode(new Uint8Array(32).fill(9));
    expect(await refusals(device, new ElementPhone(other), 2)).toEqual(['peer-refused', 'peer-refused']);
    expect(await refusals(device, phone, 1)).toEqual(['peer-refused']);
    expect(await bondedPatient(storage)).toBeUndefined();
    await service.element.bondWithCode(key);
    let links = 0;
    const both = async () => {
      links += 1;
      return (links === 1 ? new ElementPhone(other) : phone).connect();
    };
    expect(await bonding(device, phone, { connect: both })).toEqual(patientIdentity);
    expect(links).toBe(2);
  });

  test('that loses the end of the handshake is bonded by the next one', async () => {
    const { service, storage, device, phone } = await setting();
    await service.element.bondWithCode((await ownCode(storage)).key);
    const codes: (string | undefined)[] = [];
    let links = 0;
    const connect: UntilBondedOptions['connect'] = async () => {
      links += 1;
      const messages = await phone.connect();
      if (links > 1) return messages;
      let answers = 0;
      return {
        ...messages,
        send: (type, body) => messages.send(type, body),
        close: (reason) => messages.close(reason),
        listen: (listener) =>
          messages.listen({
            closed: (reason) => listener.closed(reason),
            message(type, body) {
              if (type === 'handshake') answers += 1;
              if (answers === 2) messages.close();
              else listener.message(type, body);
            },
          }),
      };
    };
    const patient = await bonding(device, phone, { connect, refused: (code) => codes.push(code) });
    expect(codes).toEqual(['sensor-handshake-unanswered']);
    expect(patient).toEqual(patientIdentity);
    expect(links).toBe(2);
  });
});

describe('a sensor that is bonded', () => {
  test('cannot be taken by another patient\u2019s element, even one that has the code', async () => {
    const all = await setting();
    const { service, storage, device, phone } = all;
    const { key } = await ownCode(storage);
    await service.element.bondWithCode(key);
    await bonding(device, phone);
    const other = await stranger(service);
    await other.bondWithCode(key);
    const thief = new ElementPhone(other);
    const codes: (string | undefined)[] = [];
    const sensor = await startSensor({
      device,
      patient: patientIdentity,
      readings,
      clock: { now: () => 10_000 },
      connect: () => (codes.length < 3 ? thief : phone).connect(),
      backoff,
      events: { link: ({ state, code }) => state === 'away' && codes.push(code) },
    });
    await sensor.finished;
    await sensor.stop();
    expect(codes.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'sensor-phone-not-bonded'));
    expect(thief.records).toEqual([]);
    expect(phone.records).toHaveLength(1);
    await expect(knownPatient(device, { role: 'patient', id: 'patient-2' })).rejects.toMatchObject({
      code: 'sensor-bonded-elsewhere',
    });
  });

  test('goes on with its patient\u2019s next phone when that is given the code, and with no other', async () => {
    const all = await setting();
    const { service, storage, device, phone } = all;
    const { key } = await ownCode(storage);
    await service.element.bondWithCode(key);
    await bonding(device, phone);
    // The phone was wiped and enrolled anew: another element with another key, of the same patient.
    const next = await elementOf(service, patientIdentity);
    const nextPhone = new ElementPhone(next);
    const codes: (string | undefined)[] = [];
    const sensor = await startSensor({
      device,
      patient: patientIdentity,
      readings,
      clock: { now: () => 10_000 },
      connect: nextPhone.connect,
      backoff,
      events: { link: ({ state, code }) => state === 'away' && codes.push(code) },
    });
    await expect.poll(() => codes.length).toBeGreaterThan(3);
    expect(new Set(codes)).toEqual(new Set(['peer-refused']));
    await next.bondWithCode(key);
    await sensor.finished;
    await sensor.stop();
    expect(nextPhone.records.length).toBeGreaterThan(0);
  });

  test('that is reset takes nothing of its patient along, and needs the code again', async () => {
    const all = await setting();
    const { service, storage, device, phone } = all;
    const { key, code } = await ownCode(storage);
    await service.element.bondWithCode(key);
    await bonding(device, phone);
    phone.open(0);
    const sensor = await measured(all, phone);
    await expect.poll(() => sensor.counts()).toMatchObject({ measured: 1, waiting: 1 });
    await sensor.stop();
    await resetSensor(storage);
    expect((await storage.list('')).sort()).toEqual(['certificates', 'code', 'own-key']);
    expect(await ownCode(storage)).toEqual({ code, key });
    expect((await loadSensorDevice(storage)).identity).toEqual(identity);
    // Its former patient did not confirm a record of it, so the code of then still opens; a new code does not.
    await resetSensor(storage, { replaceCode: true });
    const next = await ownCode(storage);
    expect(next.code).not.toBe(code);
    expect(await refusals(device, phone, 1)).toEqual(['peer-refused']);
    const other = await stranger(service);
    await other.bondWithCode(next.key);
    expect(await bonding(device, new ElementPhone(other))).toEqual({ role: 'patient', id: 'patient-2' });
  });
});
