// A patient's card that fails in every way a card can, while a sensor streams: it is pulled out and put back, it resets
// itself without a word, it loses its power and begins anew from its folder. The phone's gateway is the same all the time.
// Every reading is confirmed and stored, once, and no counter is used twice.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenedCard, openCard, startGateway } from '@vitalseal/app-patient';
import { cardOfWorld, TlsHospital, testPin } from '@vitalseal/app-patient/testing';
import { startSensor } from '@vitalseal/app-sensor';
import type { Bytes } from '@vitalseal/protocol';
import { CertifiedWorld, patientIdentity } from '@vitalseal/secure-element/testing';
import { type Card, UiccError } from '@vitalseal/uicc';
import { afterEach, expect, test } from 'vitest';
import { certifiedSensor, countedReadings } from './counting-sensor.fixture.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const readings = 600;
const intervalMs = 5;
/** APDUs between two failures; no multiple of those of a POST, so that each of its steps is met. */
const between = 83;
const failures = ['pulled', 'reset', 'power lost'] as const;
const outForMs = 30;

/** A card, and whoever does all that to it. */
class FailingCard implements Card {
  readonly #folder: string;
  #card: OpenedCard;
  #apdus = 0;
  #isOut = false;
  isFailing = true;
  readonly met: string[] = [];

  constructor(card: OpenedCard, folder: string) {
    this.#card = card;
    this.#folder = folder;
  }

  get atr(): Bytes {
    return this.#card.atr;
  }

  async reset(): Promise<void> {
    if (this.#isOut) throw gone();
    await this.#card.reset();
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    if (this.#isOut) throw gone();
    this.#apdus += 1;
    if (!this.isFailing || this.#apdus % between !== 0) return this.#card.transmit(apdu);
    // Half of the time the command has been done, and only its answer is lost.
    if (this.met.length % 2 === 0) await this.#card.transmit(apdu.slice());
    return this.#fail(failures[this.met.length % failures.length] ?? 'reset', apdu);
  }

  close(): Promise<void> {
    return this.#card.close();
  }

  async #fail(how: (typeof failures)[number], apdu: Bytes): Promise<Bytes> {
    this.met.push(how);
    if (how === 'reset') {
      await this.#card.reset();
      return this.#card.transmit(apdu);
    }
    this.#isOut = true;
    setTimeout(() => void this.#putBack(how), outForMs);
    throw gone();
  }

  async #putBack(how: 'pulled' | 'power lost'): Promise<void> {
    if (how === 'power lost') {
      await this.#card.close();
      this.#card = await openCard({ folder: this.#folder, mha: { backoff: { firstMs: 5, mostMs: 40 } } });
    }
    this.#isOut = false;
  }
}

function gone(): UiccError {
  return new UiccError('card-gone', 'expected a card in the reader');
}

test('a card that is pulled, reset and without power, again and again, loses and repeats nothing', {
  timeout: 120_000,
}, async () => {
  const world = await CertifiedWorld.make(Date.now());
  const hospital = await TlsHospital.listen(world);
  closing.push(() => hospital.close());
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-cut-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = new FailingCard(await cardOfWorld(world, { folder }), folder);
  closing.push(() => card.close());
  const states: string[] = [];
  const gateway = await startGateway({
    card,
    pin: testPin,
    hospital: hospital.url,
    events: { card: ({ state }) => states.push(state) },
  });
  closing.push(() => gateway.stop());

  const origin = Date.now();
  const sensor = await startSensor({
    device: await certifiedSensor(world),
    patient: patientIdentity,
    readings: countedReadings(readings, { origin, everyMs: intervalMs }),
    clock: { now: Date.now },
    connect: () => gateway.connect(),
    backoff: { firstMs: 5, mostMs: 50 },
  });
  closing.push(() => sensor.stop());
  await sensor.finished;
  expect(sensor.counts()).toEqual({ measured: readings, acknowledged: readings, refused: 0, waiting: 0 });
  card.isFailing = false;
  while (hospital.hospital.stored.size < readings) await new Promise((resolve) => setTimeout(resolve, 10));

  expect(new Set(card.met)).toEqual(new Set(failures));
  expect(states.filter((state) => state === 'away').length).toBeGreaterThan(failures.length);
  const values = [...hospital.hospital.stored.values()].map(({ reading }) => JSON.stringify(reading.measurements));
  expect(new Set(values).size).toBe(readings);
  expect(values).toHaveLength(readings);
  expect(hospital.hospital.repeatedCounters).toBe(0);
  const empty = async () => (await gateway.status().catch(() => undefined))?.waiting.readings === 0;
  while (!(await empty())) await new Promise((resolve) => setTimeout(resolve, 20));
  expect((await gateway.status()).counts).toMatchObject({ received: readings, acknowledged: readings, refused: 0 });
});
