// What the patient says and sees: a call for help, what is shared, and the own readings of the last day.

import { bytesToHex, decimal, mdc, mdcUnit } from '@vitalseal/protocol';
import { beforeEach, expect, test } from 'vitest';
import { SecureElement } from '../secure-element.ts';
import type { Change } from '../storage/element-storage.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { hospitalIdentity, patientIdentity, sensorIdentity } from '../testing/element-in-service.ts';
import { InitiatingSensor } from '../testing/initiating-sensor.ts';
import { RespondingHospital } from '../testing/responding-hospital.ts';

const start = Date.UTC(2026, 0, 2);
let at = start;
const now = () => at;
const stamp = () => ({ utcMs: at, offsetMinutes: 60 });
const place = { latitude: 59.91, longitude: 10.75, accuracyMetres: 10, at: start };
const temperature = [{ code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: decimal(372, -1) }];
const localKey = new Uint8Array(32).fill(3);

let storage: ReturnType<typeof memoryStorage>;
let element: SecureElement;
let hospital: RespondingHospital;
let sensor: InitiatingSensor;
let refused: string | undefined;
const settings = { diaryMs: 24 * 3_600_000 };

beforeEach(async () => {
  at = start;
  refused = undefined;
  storage = memoryStorage();
  element = await SecureElement.open({ storage, localKey, settings });
  const world = await CertifiedWorld.make(start);
  const chain = await world.certify(await element.generateKey(patientIdentity), patientIdentity);
  await element.installCertificates({ chain, anchors: [world.root], at });
  await element.bond({ sensors: [sensorIdentity] });
  hospital = new RespondingHospital({
    party: await world.party(hospitalIdentity),
    root: world.root,
    now,
    refuse: () => refused,
  });
  sensor = new InitiatingSensor({
    party: await world.party(sensorIdentity),
    root: world.root,
    patient: patientIdentity,
    now,
  });
  element.unlock();
});

async function shakeHands(): Promise<void> {
  const message2 = await hospital.answer('/edhoc', await element.startHospitalHandshake(at));
  const message4 = await hospital.answer('/edhoc', await element.continueHospitalHandshake(message2.body));
  await element.finishHospitalHandshake(message4.body, at);
}

/** One POST. @returns the first measured code of each reading in it */
async function send(max = 256): Promise<number[]> {
  const before = stored().length;
  const batch = await element.sealBatch({ sentAt: stamp(), at, location: place, max });
  if (!batch) return [];
  const { body } = await hospital.answer('/records', batch.body);
  await element.takeHospitalAnswer(body, at);
  return stored()
    .slice(before)
    .map(({ reading }) => reading.measurements[0]?.code ?? 0);
}

const stored = () => [...hospital.stored.values()];

const enter = () => element.enterReading({ measuredAt: stamp(), measurements: temperature }, at);

test('a call for help goes ahead of all that waits, and is confirmed like a reading', async () => {
  await shakeHands();
  await enter();
  await enter();
  await element.callForHelp(stamp());
  expect(await send(1)).toEqual([mdc.helpRequested]);
  expect(await send()).toEqual([mdc.bodyTemperature, mdc.bodyTemperature]);
});

test('a call for help that was made before a loss of power still goes first', async () => {
  await enter();
  await element.callForHelp(stamp());
  element = await SecureElement.open({ storage, localKey, settings });
  await shakeHands();
  expect(await send(1)).toEqual([mdc.helpRequested]);
});

test('a call for help that was refused and is tried again goes first, and whatever is shared', async () => {
  await shakeHands();
  refused = 'unknown-patient';
  await enter();
  await element.callForHelp(stamp());
  await send();
  refused = undefined;
  await element.changeConsent({ readings: false, location: true }, stamp());
  expect(await send()).toEqual([mdc.readingsShared]);
  expect(await element.retryRefused()).toBe(2);
  expect(await send()).toEqual([mdc.helpRequested]);
  expect((await element.duty(at)).waiting).toBe(0);
});

test('while readings are not shared none leaves the card, and what was taken then never does', async () => {
  await shakeHands();
  await sensor.shakeHands((body) => element.answerSensorHandshake(body, at));
  await enter();
  await element.changeConsent({ readings: false, location: true }, stamp());
  await enter();
  await element.takeSensorRecords([await sensor.seal(61)], stamp());
  expect(await send()).toEqual([mdc.readingsShared]);
  expect(await send()).toEqual([]);
  expect((await element.duty(at)).waiting).toBe(0);
  await element.callForHelp(stamp());
  expect(await send()).toEqual([mdc.helpRequested]);
  // The one from before waited.
  await element.changeConsent({ readings: true, location: true }, stamp());
  expect(await send()).toEqual([mdc.readingsShared, mdc.bodyTemperature]);
  expect(await send()).toEqual([]);
  element.unlock();
  const { readings } = await element.readDiary(0);
  expect(readings.map(({ place: where }) => where).filter((where) => where === 'kept')).toHaveLength(2);
});

test('a place that is not shared is in nothing that is sent, not even in what was sealed before', async () => {
  await shakeHands();
  await enter();
  await element.sealBatch({ sentAt: stamp(), at, location: place });
  await element.changeConsent({ readings: true, location: false }, stamp());
  await send();
  expect(stored().length).toBe(2);
  for (const { location, reading } of stored()) expect([location, reading.location]).toEqual([undefined, undefined]);
  await element.changeConsent({ readings: true, location: true }, stamp());
  await enter();
  await send();
  expect(stored().at(-1)?.location).toMatchObject({ latitude: place.latitude });
});

test('the diary tells of each reading where it is, in the order in which they came, and forgets after a day', async () => {
  await shakeHands();
  for (let i = 0; i < 300; i++) await enter();
  await send(200);
  const all = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const part = await element.readDiary(from);
    all.push(...part.readings);
    from = part.next;
  }
  expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 300 }, (_, i) => i));
  expect(all.filter(({ place: where }) => where === 'hospital')).toHaveLength(200);
  element = await SecureElement.open({ storage, localKey, settings });
  element.unlock();
  expect((await element.readDiary(0)).readings[0]).toMatchObject({ number: 0, place: 'hospital', at: start });
  at += 25 * 3_600_000;
  await shakeHands();
  await send(100);
  // Numbers go on, and what is older than a day went with the commit.
  expect((await element.readDiary(0)).readings[0]?.number).toBe(200);
});

test('a store that was put back from an older copy repeats no counter, and loses no reading that is entered later', async () => {
  const copyable = new Map<string, Uint8Array<ArrayBuffer>>();
  const copying = (values: Map<string, Uint8Array<ArrayBuffer>>) => ({
    read: (name: string) => values.get(name),
    list: (prefix: string) => [...values.keys()].filter((name) => name.startsWith(prefix)).sort(),
    commit(changes: readonly Change[]) {
      for (const { name, value } of changes) {
        if (value === null) values.delete(name);
        else values.set(name, value);
      }
    },
    close() {},
  });
  for (const name of await storage.list('')) {
    const value = await storage.read(name);
    if (value) copyable.set(name, value);
  }
  const inBrowser = { ...settings, resumes: false };
  element = await SecureElement.open({ storage: copying(copyable), localKey, settings: inBrowser });
  element.unlock();
  await shakeHands();
  await enter();
  await send();
  const backup = new Map(copyable);
  await enter();
  await enter();
  await send();
  const channels = new Set(stored().map(({ reading }) => bytesToHex(reading.origin.channel)));
  expect(stored()).toHaveLength(3);
  // Of the copy, with what it knew then.
  element = await SecureElement.open({ storage: copying(backup), localKey, settings: inBrowser });
  element.unlock();
  expect(await element.duty(at)).toMatchObject({ handshakeNeeded: true });
  await expect(enter().then(() => send())).rejects.toMatchObject({ code: 'handshake-needed' });
  await shakeHands();
  await enter();
  await send();
  expect(stored()).toHaveLength(5);
  expect(channels.has(bytesToHex(stored().at(-1)?.reading.origin.channel ?? new Uint8Array()))).toBe(false);
});

test('without the PIN nobody reads the diary, calls for help or changes what is shared', async () => {
  element.lock();
  const locked = { code: 'element-locked' };
  await expect(element.readDiary(0)).rejects.toMatchObject(locked);
  await expect(element.callForHelp(stamp())).rejects.toMatchObject(locked);
  await expect(element.changeConsent({ readings: false, location: false }, stamp())).rejects.toMatchObject(locked);
});

test('keys are as old as what they have sealed, whatever is said of sharing meanwhile', async () => {
  element = await SecureElement.open({ storage, localKey, settings: { ...settings, renewAfterRecords: 2 } });
  element.unlock();
  await shakeHands();
  await enter();
  await enter();
  await enter();
  await send();
  await element.changeConsent({ readings: true, location: false }, stamp());
  expect(await element.duty(at)).toMatchObject({ waiting: 1, handshakeNeeded: true });
});
