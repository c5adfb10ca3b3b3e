// A store that is put back from an older copy: what the hospital says in the next handshake tells it apart from a phone that
// was off, and the patient and the hospital are told.

import { type Bytes, decimal, decimalToNumber, mdc, mdcUnit, type Step2Message } from '@vitalseal/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { SecureElement } from '../secure-element.ts';
import type { Change, ElementStorage } from '../storage/element-storage.ts';
import { CertifiedWorld } from '../testing/certified-world.ts';
import { hospitalIdentity, patientIdentity } from '../testing/element-in-service.ts';
import { RespondingHospital } from '../testing/responding-hospital.ts';

const start = Date.UTC(2026, 0, 2);
const hour = 3_600_000;
const localKey = new Uint8Array(32).fill(3);
const temperature = [{ code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: decimal(372, -1) }];

let at: number;
let values: Map<string, Bytes>;
let element: SecureElement;
let world: CertifiedWorld;
let hospital: RespondingHospital;

function storageOf(copy: Map<string, Bytes>): ElementStorage {
  return {
    read: (name) => copy.get(name),
    list: (prefix) => [...copy.keys()].filter((name) => name.startsWith(prefix)).sort(),
    commit(changes: readonly Change[]) {
      for (const { name, value } of changes) {
        if (value === null) copy.delete(name);
        else copy.set(name, value);
      }
    },
    close() {},
  };
}

/** As a phone that is switched on. */
async function open(copy = values): Promise<void> {
  values = new Map(copy);
  element = await SecureElement.open({ storage: storageOf(values), localKey, settings: { resumes: false } });
  element.unlock();
}

beforeEach(async () => {
  at = start;
  await open(new Map());
  world = await CertifiedWorld.make(start);
  const chain = await world.certify(await element.generateKey(patientIdentity), patientIdentity);
  await element.installCertificates({ chain, anchors: [world.root], at });
  hospital = new RespondingHospital({ party: await world.party(hospitalIdentity), root: world.root, now: () => at });
});

async function shakeHands(): Promise<void> {
  const message2 = await hospital.edhoc(await element.startHospitalHandshake(at));
  const message4 = await hospital.edhoc(await element.continueHospitalHandshake(message2));
  await element.finishHospitalHandshake(message4, at);
}

async function enter(): Promise<void> {
  await element.enterReading({ measuredAt: { utcMs: at, offsetMinutes: 0 }, measurements: temperature }, at);
}

/** @param isAnswered false: the hospital has the readings, and its acknowledgement is lost on the way */
async function deliver(isAnswered = true): Promise<void> {
  const { handshakeNeeded } = await element.duty(at);
  if (handshakeNeeded) await shakeHands();
  const batch = await element.sealBatch({ sentAt: { utcMs: at, offsetMinutes: 0 }, at });
  if (!batch) throw new Error('expected something that waits');
  const answer = await hospital.records(batch.body);
  if (isAnswered) await element.takeHospitalAnswer(answer, at);
}

async function measureAndDeliver(): Promise<void> {
  at += 60_000;
  await enter();
  await deliver();
}

const told = async () => (await element.display()).putBack;
const said = (): Step2Message[] =>
  [...hospital.stored.values()].filter(({ reading }) => reading.measurements[0]?.code === mdc.phonePutBack);

describe('a store that was put back', () => {
  test('tells the patient since when readings may be missing, and the hospital, once', async () => {
    await measureAndDeliver();
    const confirmedAt = at;
    const copy = new Map(values);
    await open();
    await measureAndDeliver();
    at += 3 * hour;
    await enter();
    // What was entered now has reached nobody.
    await open(copy);
    expect(await told()).toBeUndefined();
    await measureAndDeliver();
    expect(await told()).toEqual({ from: confirmedAt, until: at });
    expect(said()).toHaveLength(1);
    const [{ reading } = {}] = said();
    const value = reading?.measurements[0]?.value;
    expect(value && typeof value !== 'string' && decimalToNumber(value)).toBe(182);
    expect(reading?.measuredAt.utcMs).toBe(at);
    const until = at;
    for (let starts = 0; starts < 3; starts++) {
      await open();
      await measureAndDeliver();
    }
    expect(await told()).toEqual({ from: confirmedAt, until });
    expect(said()).toHaveLength(1);
  });

  test('is found out again when the same copy is put back again, and however many starts it was behind', async () => {
    await measureAndDeliver();
    const copy = new Map(values);
    for (let starts = 0; starts < 20; starts++) {
      await open();
      await measureAndDeliver();
    }
    await open(copy);
    await measureAndDeliver();
    await open(copy);
    await measureAndDeliver();
    expect(said()).toHaveLength(2);
  });

  test('tells it although the patient shares nothing', async () => {
    await measureAndDeliver();
    await element.changeConsent({ readings: false, location: false }, { utcMs: at, offsetMinutes: 0 });
    await deliver();
    const copy = new Map(values);
    await open();
    await element.changeConsent({ readings: true, location: false }, { utcMs: at, offsetMinutes: 0 });
    await deliver();
    await open(copy);
    await element.callForHelp({ utcMs: at, offsetMinutes: 0 });
    await deliver();
    expect(said()).toHaveLength(1);
  });

  test('by a release that wrote no note of its handshakes is found out as well', async () => {
    await measureAndDeliver();
    const copy = new Map(values);
    await open();
    await measureAndDeliver();
    await open(copy);
    expect(values.delete('hospital-handshakes')).toBe(true);
    await open();
    await measureAndDeliver();
    expect(said()).toHaveLength(1);
  });
});

describe('nobody is told anything of a phone that', () => {
  const nothing = async () => {
    expect(await told()).toBeUndefined();
    expect(said()).toEqual([]);
  };

  test('is switched off and on, and renews its channel', async () => {
    for (let starts = 0; starts < 5; starts++) {
      await measureAndDeliver();
      at += 30 * hour;
      await measureAndDeliver();
      await open();
    }
    await nothing();
  });

  test('dies before it has heard the acknowledgement, again and again', async () => {
    for (let starts = 0; starts < 4; starts++) {
      at += 60_000;
      await enter();
      await deliver(false);
      await open();
      await shakeHands();
      await open();
    }
    await measureAndDeliver();
    await nothing();
  });

  test('loses the end of its handshakes', async () => {
    await measureAndDeliver();
    await open();
    for (let lost = 0; lost < 3; lost++) {
      const message2 = await hospital.edhoc(await element.startHospitalHandshake(at));
      await hospital.edhoc(await element.continueHospitalHandshake(message2));
    }
    await measureAndDeliver();
    await nothing();
  });

  test('has a hospital that was put back itself', async () => {
    await measureAndDeliver();
    const former = hospital.lastUsed;
    for (let starts = 0; starts < 20; starts++) {
      await open();
      await measureAndDeliver();
    }
    // A channel that this card has forgotten by now.
    hospital.lastUsed = former;
    await open();
    await measureAndDeliver();
    await nothing();
  });

  test('meets a hospital of a former release', async () => {
    await measureAndDeliver();
    const copy = new Map(values);
    await open();
    await measureAndDeliver();
    await open(copy);
    hospital.lastUsed = undefined;
    await measureAndDeliver();
    await nothing();
  });
});
