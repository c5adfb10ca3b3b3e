// The phone's terminal and the patient's card in its folder, as the gateway has them, and a hospital behind real TLS:
// what goes wrong on the way costs time, and no reading.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@vitalseal/protocol';
import { openSoftwareCard, type SoftwareCard } from '@vitalseal/secure-element/node';
import { MhaClient } from '@vitalseal/secure-element/terminal';
import {
  CertifiedWorld,
  elementInService,
  HospitalServer,
  type InService,
  patientIdentity,
  sensorIdentity,
} from '@vitalseal/secure-element/testing';
import { type Card, instructions, type Transmit, UiccError } from '@vitalseal/uicc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Terminal } from './terminal.ts';

const pin = '4711';
const loopback: Bytes = Uint8Array.of(127, 0, 0, 1);

let folder = '';
let around: InService;
let server: HospitalServer;
let card: SoftwareCard;
let terminal: Terminal;
let client: MhaClient;
/** After so many terminal responses the card is pulled out, once. */
let pulledAfter = Number.POSITIVE_INFINITY;
let pulls = 0;

/** Of a link that has short APDUs alone. */
let shortOnly = false;
/** Cards of others know no other FETCH than the standard's. */
let standardFetch = false;
let fetched: number[] = [];

const pullable: Card = {
  get atr() {
    return shortOnly ? Uint8Array.of(0x3b, 0x80, 0x01, 0x81) : card.atr;
  },
  reset: () => card.reset(),
  transmit: async (apdu) => {
    if (apdu[1] === instructions.fetch) {
      if (standardFetch && apdu[3] !== 0) return Uint8Array.of(0x6a, 0x86);
      fetched.push(apdu.length);
    }
    const answer = await card.transmit(apdu);
    expect(answer.length).toBeLessThanOrEqual(shortOnly ? 258 : 65_538);
    if (apdu[1] === instructions.terminalResponse && pulledAfter-- === 0) {
      pulls += 1;
      throw new UiccError('card-gone', 'expected a card in the reader');
    }
    return answer;
  },
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-card-'));
  around = await elementInService({ at: Date.now() });
  server = await HospitalServer.listen(around);
  card = await openSoftwareCard({ folder, log2Cost: 4, mha: { backoff: { firstMs: 1, mostMs: 1 } } });
  pulledAfter = Number.POSITIVE_INFINITY;
  pulls = 0;
  fetched = [];
  let prepared = false;
  terminal = new Terminal({
    card: pullable,
    senses: { timestamp: () => ({ utcMs: Date.now(), offsetMinutes: 60 }), location: () => undefined },
    retry: { firstMs: 1, mostMs: 10 },
    prepare: async (transmit) => {
      if (prepared) await takeUp(transmit);
      prepared = true;
    },
  });
  client = new MhaClient(terminal);
  await terminal.start();
  await client.select();
  await client.setFirstPin(pin);
  const chain = await around.world.certify(await client.generateKey(patientIdentity), patientIdentity);
  await client.installCertificates({ chain, anchors: [around.world.root] });
  await client.bond({ sensors: [sensorIdentity] });
  await around.sensor.shakeHands((body) => client.answerSensorHandshake(body));
  await tellWhere(client);
});
afterEach(async () => {
  [shortOnly, standardFetch] = [false, false];
  await terminal.close();
  await card.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** After the card was gone: the phone has the PIN still, as the gateway has. */
async function takeUp(transmit: Transmit): Promise<void> {
  const own = new MhaClient({ run: (use) => use(transmit) });
  await own.select();
  await own.verify(pin);
  await tellWhere(own);
}

async function tellWhere(told: MhaClient): Promise<void> {
  terminal.reachable.allow('127.0.0.1', server.port);
  await told.putHospitalAddress({ name: 'localhost', port: server.port, address: loopback });
}

async function measure(readings: number): Promise<void> {
  const records: Bytes[] = [];
  for (let n = 0; n < readings; n++) records.push(await around.sensor.seal(60 + n));
  await patiently(() => client.takeSensorRecords(records));
}

/** While the card is away, the sensor keeps its records, and brings them again. */
async function patiently<T>(errand: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await errand();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function delivered(readings: number): Promise<void> {
  while ((await patiently(() => client.duty())).waiting > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect([around.hospital.stored.size, around.hospital.repeatedCounters]).toEqual([readings, 0]);
}

test('readings go out of the card through the phone, on one link', async () => {
  await measure(30);
  await delivered(30);
  await measure(3);
  await delivered(33);
  expect(server.connections).toBe(1);
});

test.each([
  ['in parts', false],
  ['as the standard has it, from a card that refuses parts', true],
])('on a link of short APDUs the phone fetches %s, and readings go out', async (_how, refused) => {
  [shortOnly, standardFetch] = [true, refused];
  await terminal.start();
  await measure(1);
  await delivered(1);
  fetched = [];
  await measure(40);
  await delivered(41);
  // Eight kB of records: in commands of what the terminal holds, or of 256 bytes.
  if (refused) expect(fetched.length).toBeGreaterThan(30);
  else expect(fetched.length).toBeLessThan(16);
});

test('a link that was closed while idle, or reset, is opened again for the next reading', async () => {
  await measure(1);
  await delivered(1);
  server.closeConnections();
  await measure(1);
  await delivered(2);
  server.resetConnections();
  await measure(1);
  await delivered(3);
});

test('a hospital that resets the link under a batch, or cuts its answer off, gets each reading once', async () => {
  server.mishap = 'reset';
  await measure(5);
  await delivered(5);
  server.mishap = 'answer-cut';
  await measure(5);
  await delivered(10);
});

test('a card that is pulled at any moment of the way keeps its readings, and delivers them when it is back', async () => {
  let readings = 0;
  for (let turn = 0; turn < 12; turn++) {
    // Each time from the opening of a link on.
    server.closeConnections();
    pulledAfter = turn;
    await measure(2);
    readings += 2;
    await delivered(readings);
    pulledAfter = Number.POSITIVE_INFINITY;
  }
  expect(pulls).toBeGreaterThan(6);
});

test('while the hospital is away, or another server is in its place, nothing is lost and nothing told', async () => {
  const { port } = server;
  await server.close();
  await measure(4);
  await new Promise((resolve) => setTimeout(resolve, 50));
  server = await HospitalServer.listen({
    hospital: around.hospital,
    world: await CertifiedWorld.make(Date.now()),
    port,
  });
  while (!(await client.takeReports()).some(isUntrusted)) await new Promise((resolve) => setTimeout(resolve, 20));
  expect([server.posts, (await client.duty()).waiting]).toEqual([0, 4]);
  await server.close();
  server = await HospitalServer.listen({ ...around, port });
  await delivered(4);
});

function isUntrusted(report: Awaited<ReturnType<MhaClient['takeReports']>>[number]): boolean {
  return report.kind === 'state' && report.state.state === 'waiting' && report.state.code === 'hospital-untrusted';
}
