// Power lost at every commit in turn, before it and after it: the element comes back with the old state or the new one.
// Whatever the moment, no counter is used twice, no reading is lost, and none is stored twice.

import type { Bytes } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import { SecureElement } from './secure-element.ts';
import type { ElementStorage } from './storage/element-storage.ts';
import { memoryStorage } from './storage/memory-storage.ts';
import {
  type CertifiedParty,
  CertifiedWorld,
  hospitalIdentity,
  InitiatingSensor,
  PowerLost,
  patientIdentity,
  RespondingHospital,
  sensorIdentity,
  type TornStorage,
  testLocalKey,
  tornStorage,
} from './testing/index.ts';

const at = Date.UTC(2026, 0, 15, 12);
const timestamp = { utcMs: at, offsetMinutes: 0 };
const readings = 7;

interface Around {
  readonly world: CertifiedWorld;
  readonly sensorParty: CertifiedParty;
  readonly hospitalParty: CertifiedParty;
}

type AfterPowerLoss = 'a new program' | 'the same program';

/** A life of the element from its first key to its last confirmed reading, going on after each loss of power. */
class Life {
  readonly #around: Around;
  readonly #inner: ElementStorage = memoryStorage();
  readonly #after: AfterPowerLoss;
  readonly storage: TornStorage;
  readonly sensor: InitiatingSensor;
  readonly hospital: RespondingHospital;
  #element: SecureElement | undefined;
  losses = 0;

  constructor(around: Around, failAt: number, moment: 'before' | 'after', after: AfterPowerLoss) {
    this.#around = around;
    this.#after = after;
    const { world, sensorParty, hospitalParty } = around;
    this.storage = tornStorage(this.#inner, failAt, moment);
    const now = () => at;
    this.sensor = new InitiatingSensor({ party: sensorParty, root: world.root, patient: patientIdentity, now });
    this.hospital = new RespondingHospital({ party: hospitalParty, root: world.root, now });
  }

  /** Does the step until no power is lost in it. */
  async step<T>(work: (element: SecureElement) => Promise<T>): Promise<T> {
    for (;;) {
      this.#element ??= await SecureElement.open({ storage: this.storage, localKey: testLocalKey });
      try {
        return await work(this.#element);
      } catch (error) {
        if (!(error instanceof PowerLost)) throw error;
        this.losses += 1;
        if (this.#after === 'a new program') this.#element = undefined;
      }
    }
  }

  async live(): Promise<void> {
    const { world } = this.#around;
    const chain = await this.step(async (element) =>
      world.certify(await element.generateKey(patientIdentity), patientIdentity),
    );
    await this.step((element) => element.installCertificates({ chain, anchors: [world.root], at }));
    await this.step((element) => element.bond({ sensors: [sensorIdentity] }));
    await this.step((element) => this.sensor.shakeHands((body) => element.answerSensorHandshake(body, at)));
    let waiting: Bytes[] = [];
    for (let i = 0; i < readings; i++) {
      waiting.push(await this.sensor.seal(60 + i));
      if (i % 2 === 0) waiting = await this.#send(waiting);
      if (i === 2 || i === 5) await this.#deliver();
    }
    while (waiting.length > 0) waiting = await this.#send(waiting);
    await this.#deliver();
  }

  /** As the sensor does it: what was not acknowledged is kept. */
  async #send(records: Bytes[]): Promise<Bytes[]> {
    const answer = await this.step((element) => element.takeSensorRecords(records, timestamp));
    const { acknowledgements } = await this.sensor.open(answer);
    const settled = acknowledgements.flatMap(({ results }) => results).length;
    expect(settled).toBe(records.length);
    return [];
  }

  async #deliver(): Promise<void> {
    for (;;) {
      const { waiting, handshakeNeeded } = await this.step((element) => element.duty(at));
      if (waiting === 0) return;
      if (handshakeNeeded) await this.step((element) => this.#shakeHands(element));
      await this.step(async (element) => {
        const batch = await element.sealBatch({ sentAt: timestamp, at, max: 3 });
        if (!batch) return;
        const answer = await this.hospital.records(batch.body);
        await element.takeHospitalAnswer(answer, at);
      });
    }
  }

  async #shakeHands(element: SecureElement): Promise<void> {
    const message2 = await this.hospital.edhoc(await element.startHospitalHandshake(at));
    const message4 = await this.hospital.edhoc(await element.continueHospitalHandshake(message2));
    await element.finishHospitalHandshake(message4, at);
  }

  async acknowledged(): Promise<number> {
    return this.step(async (element) => {
      element.unlock();
      return (await element.display()).counts.acknowledged;
    });
  }
}

async function around(): Promise<Around> {
  const world = await CertifiedWorld.make(at);
  return { world, sensorParty: await world.party(sensorIdentity), hospitalParty: await world.party(hospitalIdentity) };
}

describe('power lost at any commit', () => {
  test.for<[AfterPowerLoss, 'before' | 'after']>([
    ['a new program', 'before'],
    ['a new program', 'after'],
    ['the same program', 'before'],
    ['the same program', 'after'],
  ])('%s, %s each commit in turn: every reading is confirmed once and no counter repeats', async ([after, moment]) => {
    const it = await around();
    const whole = new Life(it, 0, moment, after);
    await whole.live();
    expect(whole.storage.commits).toBeGreaterThan(12);
    for (let failAt = 1; failAt <= whole.storage.commits; failAt++) {
      const life = new Life(it, failAt, moment, after);
      await life.live();
      expect({ failAt, losses: life.losses }).toEqual({ failAt, losses: 1 });
      expect(life.hospital.stored.size).toBe(readings);
      expect(life.hospital.repeatedCounters).toBe(0);
      expect(life.sensor.repeatedCounters).toBe(0);
      expect(await life.acknowledged()).toBe(readings);
    }
  });
});
