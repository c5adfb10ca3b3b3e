// The patient's card in a reader of the real PC/SC stack: it is pulled out, and its daemon killed, while it brings its
// readings to the hospital. Each reading arrives, once, and no counter is used twice.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Terminal } from '@vitalseal/app-patient';
import { openSoftwareCard, type SoftwareCard } from '@vitalseal/secure-element/node';
import { MhaClient } from '@vitalseal/secure-element/terminal';
import {
  elementInService,
  HospitalServer,
  type InService,
  patientIdentity,
  sensorIdentity,
} from '@vitalseal/secure-element/testing';
import {
  type OwnPcscd,
  openPcscCard,
  type PcscCard,
  type PresentedCard,
  presentCard,
  startPcscd,
} from '@vitalseal/uicc/node';
import { afterAll, beforeAll, expect, test } from 'vitest';

const pin = '4711';
const readingsEachTime = 40;

let folder: string;
let around: InService;
let server: HospitalServer;
let pcscd: OwnPcscd;
let card: SoftwareCard;
let inserted: PresentedCard;
let inReader: PcscCard;
let terminal: Terminal;
let mha: MhaClient;
let losses = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-pulled-'));
  around = await elementInService({ at: Date.now() });
  server = await HospitalServer.listen(around);
  pcscd = await startPcscd();
  card = await openSoftwareCard({ folder, log2Cost: 4, mha: { backoff: { firstMs: 10, mostMs: 100 } } });
  await putIn();
  inReader = await openPcscCard({ socketPath: pcscd.socketPath, waitMs: 10_000 });
  let personalised = false;
  terminal = new Terminal({
    card: inReader,
    senses: { timestamp: () => ({ utcMs: Date.now(), offsetMinutes: 60 }), location: () => undefined },
    prepare: async (transmit) => {
      if (!personalised) return;
      const again = new MhaClient({ run: (use) => use(transmit) });
      await again.select();
      await again.verify(pin);
      await tellWhere(again);
    },
    changed: ({ state }) => {
      if (state === 'away') losses += 1;
    },
  });
  mha = new MhaClient(terminal);
  await terminal.start();
  await mha.select();
  await mha.setFirstPin(pin);
  const chain = await around.world.certify(await mha.generateKey(patientIdentity), patientIdentity);
  await mha.installCertificates({ chain, anchors: [around.world.root] });
  await mha.bond({ sensors: [sensorIdentity] });
  await around.sensor.shakeHands((body) => mha.answerSensorHandshake(body));
  await tellWhere(mha);
  personalised = true;
});

afterAll(async () => {
  await terminal.close();
  await inReader.close();
  inserted.remove();
  await card.close();
  await pcscd.stop();
  await server.close();
  rmSync(folder, { recursive: true });
});

test('readings reach the hospital through the reader', async () => {
  await measure();
  await delivered(readingsEachTime);
  expect(losses).toBe(0);
});

test('a card that is pulled in the middle of a POST, and a daemon that is killed, cost time and no reading', {
  timeout: 120_000,
}, async () => {
  // From the beginning of the delivery on, later each time; the last two times the daemon goes, with all of its readers.
  const mishaps = [
    { afterMs: 0, what: pull },
    { afterMs: 5, what: pull },
    { afterMs: 20, what: pull },
    { afterMs: 0, what: async () => pcscd.kill() },
    { afterMs: 10, what: async () => pcscd.kill() },
  ];
  for (const [turn, { afterMs, what }] of mishaps.entries()) {
    server.closeConnections();
    const before = losses;
    const measured = measure();
    await wait(afterMs);
    await what();
    await measured;
    await delivered((turn + 2) * readingsEachTime);
    expect.soft(losses, `after ${afterMs} ms`).toBeGreaterThan(before);
  }
});

async function putIn(): Promise<void> {
  inserted = await presentCard(card, { port: pcscd.readers[0]?.port ?? 0, retryMs: 100, patienceMs: 20_000 });
}

async function pull(): Promise<void> {
  inserted.remove();
  await wait(1000);
  await putIn();
}

async function tellWhere(client: MhaClient): Promise<void> {
  terminal.reachable.allow('127.0.0.1', server.port);
  await client.putHospitalAddress({ name: 'localhost', port: server.port, address: Uint8Array.of(127, 0, 0, 1) });
}

async function measure(): Promise<void> {
  const pulses = Array.from({ length: readingsEachTime }, (_, n) => 60 + n);
  const records = await Promise.all(pulses.map((pulse) => around.sensor.seal(pulse)));
  await patiently(() => mha.takeSensorRecords(records));
}

async function delivered(readings: number): Promise<void> {
  await expect.poll(() => patiently(async () => (await mha.duty()).waiting), { timeout: 60_000 }).toBe(0);
  expect([around.hospital.stored.size, around.hospital.repeatedCounters]).toEqual([readings, 0]);
}

/** While the card is away, whoever wants something of it asks again. */
async function patiently<T>(errand: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await errand();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'card-gone')) throw error;
      await wait(50);
    }
  }
}
