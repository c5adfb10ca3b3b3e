// The whole card in a data folder, served by a terminal, with a hospital behind its sockets.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex } from '@vitalseal/protocol';
import {
  decodeCommand,
  encodeCommand,
  encodeResponse,
  issuerSecurityDomainAid,
  mhaAid,
  type Transmit,
} from '@vitalseal/uicc';
import { encodeActivationCode } from '@vitalseal/uicc/global-platform';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SecurityDomainClient } from '../administration/index.ts';
import { MhaClient } from '../mha/client/mha-client.ts';
import { elementInService, type InService, patientIdentity, sensorIdentity } from '../testing/element-in-service.ts';
import { HospitalServer } from '../testing/hospital-server.ts';
import { TestTerminal } from '../testing/test-terminal.ts';
import type { SoftwareCard } from './card-parts.ts';
import { openSoftwareCard, type SoftwareCardOptions } from './open-software-card.ts';

const pin = '4711';
let folder = '';
let around: InService;
let server: HospitalServer;
const opened: { card: SoftwareCard; terminal: TestTerminal }[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-card-'));
  around = await elementInService({ at: Date.now() });
  server = await HospitalServer.listen(around);
});
afterEach(async () => {
  for (const { card, terminal } of opened.splice(0)) {
    await terminal.close();
    await card.close();
  }
  await server.close();
  rmSync(folder, { recursive: true });
});

/** In a terminal, with the MHA selected. */
async function powerOn(options: Partial<SoftwareCardOptions> = {}) {
  const card = await openSoftwareCard({ folder, log2Cost: 4, ...options });
  const terminal = new TestTerminal(card);
  opened.push({ card, terminal });
  await terminal.boot();
  const transmit: Transmit = async (apdu) => {
    return encodeResponse(await terminal.send(decodeCommand(apdu)));
  };
  const client = new MhaClient({ run: (use) => use(transmit) });
  await client.select();
  return { card, terminal, client };
}

async function personalise(client: MhaClient): Promise<void> {
  const chain = await around.world.certify(await client.generateKey(patientIdentity), patientIdentity);
  await client.installCertificates({ chain, anchors: [around.world.root] });
  await client.bond({ sensors: [sensorIdentity] });
}

const hospitalAddress = () => ({ name: 'localhost', port: server.port, address: Uint8Array.of(127, 0, 0, 1) });

async function until(terminal: TestTerminal, condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await terminal.status();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('a card in a data folder', () => {
  test('takes readings from the sensor and brings them to the hospital by itself', async () => {
    const { client, terminal } = await powerOn();
    await client.setFirstPin(pin);
    await personalise(client);
    await client.putHospitalAddress(hospitalAddress());
    await around.sensor.shakeHands((body) => client.answerSensorHandshake(body));
    const records = await Promise.all([60, 61, 62].map((pulse) => around.sensor.seal(pulse)));
    const { acknowledgements } = await around.sensor.open(await client.takeSensorRecords(records));
    expect(acknowledgements.flatMap(({ results }) => results)).toHaveLength(3);
    await until(terminal, () => around.hospital.stored.size === 3);
    await until(terminal, async () => (await client.duty()).waiting === 0);
    const reports = await client.takeReports();
    expect(reports.filter(({ kind }) => kind === 'confirmed')).toHaveLength(3);
    expect(server.clients).toEqual([`URI:urn:vitalseal:patient:${patientIdentity.id}`]);
  });

  test('keeps everything over loss of power, behind the PIN', async () => {
    const first = await powerOn();
    await first.client.setFirstPin(pin);
    await personalise(first.client);
    await around.sensor.shakeHands((body) => first.client.answerSensorHandshake(body));
    await first.client.takeSensorRecords([await around.sensor.seal(60)]);
    await first.card.close();
    const { client, terminal } = await powerOn();
    await expect(client.duty()).rejects.toMatchObject({ code: 'element-locked' });
    await client.verify(pin);
    expect(await client.duty()).toMatchObject({ waiting: 1 });
    expect(await client.display()).toMatchObject({ personalised: true, patient: patientIdentity.id });
    await client.putHospitalAddress(hospitalAddress());
    await until(terminal, () => around.hospital.stored.size === 1);
  });

  test('a reset in the middle of a delivery loses nothing', async () => {
    const { card, client, terminal } = await powerOn();
    await client.setFirstPin(pin);
    await personalise(client);
    await around.sensor.shakeHands((body) => client.answerSensorHandshake(body));
    await client.putHospitalAddress(hospitalAddress());
    await client.takeSensorRecords(await Promise.all([60, 61, 62, 63].map((pulse) => around.sensor.seal(pulse))));
    await terminal.reset();
    await terminal.boot();
    await client.select();
    await client.verify(pin);
    await client.putHospitalAddress(hospitalAddress());
    await until(terminal, async () => (await client.duty()).waiting === 0);
    expect(around.hospital.stored.size).toBe(4);
    expect(around.hospital.repeatedCounters).toBe(0);
    expect(card.atr).toHaveLength(11);
  });

  test('the security domain is there beside the MHA, and is not under the PIN', async () => {
    const { terminal } = await powerOn();
    const select = { cla: 0, ins: 0xa4, p1: 4, p2: 0, data: issuerSecurityDomainAid, le: 256 };
    expect((await terminal.send(select)).status & 0xff00).toBe(0x9000);
    const verify = { cla: 0, ins: 0x20, p1: 0, p2: 1, data: new TextEncoder().encode('47114711') };
    expect((await terminal.send(verify)).status).toBe(0x6e00);
  });

  test('three wrong PINs block it, whoever opens the folder then', async () => {
    const first = await powerOn();
    await first.client.setFirstPin(pin);
    await first.card.close();
    for (const triesLeft of [2, 1]) {
      const { card, client } = await powerOn();
      await expect(client.verify('0000')).rejects.toMatchObject({ code: 'pin-refused', triesLeft });
      await card.close();
    }
    const { client } = await powerOn();
    await expect(client.verify('0000')).rejects.toMatchObject({ code: 'pin-blocked' });
    await expect(client.verify(pin)).rejects.toMatchObject({ code: 'pin-blocked' });
  });
});

describe('the data folder', () => {
  test("is its owner's alone, and holds no key, name or certificate that can be read", async () => {
    const { client, card } = await powerOn({ log2Cost: 14 });
    await client.setFirstPin('97531864');
    await personalise(client);
    await card.close();
    expect(readdirSync(folder).toSorted()).toEqual(['card.db', 'device.key']);
    for (const file of readdirSync(folder)) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
      const bytes = bytesToHex(new Uint8Array(readFileSync(join(folder, file))));
      for (const secret of ['97531864', patientIdentity.id, sensorIdentity.id]) {
        expect(bytes).not.toContain(bytesToHex(new TextEncoder().encode(secret)));
      }
      expect(bytes).not.toContain(bytesToHex(around.world.root));
    }
  });

  test("is one process's at a time", async () => {
    await powerOn();
    await expect(openSoftwareCard({ folder })).rejects.toMatchObject({ code: 'storage-in-use' });
  });

  test('with another device key is no card any more', async () => {
    const { client, card } = await powerOn();
    await client.setFirstPin(pin);
    await card.close();
    writeFileSync(join(folder, 'device.key'), new Uint8Array(32).fill(3));
    await expect(openSoftwareCard({ folder })).rejects.toMatchObject({ code: 'storage-sealed-by-another-key' });
  });
});

test('a card that the phone has enrolled takes no activation code', async () => {
  const { client, terminal } = await powerOn();
  await client.setFirstPin(pin);
  await personalise(client);
  await client.logOut();
  const transmit: Transmit = async (apdu) => encodeResponse(await terminal.send(decodeCommand(apdu)));
  const domain = new SecurityDomainClient({ run: (use) => use(transmit) });
  const code = { host: 'localhost', port: 443, administrationId: '0123456789abcdef', secret: new Uint8Array(16) };
  await expect(domain.activate(encodeActivationCode(code))).rejects.toMatchObject({ code: 'card-refused' });
  expect((await domain.standing()).server).toBeUndefined();
});

test('a card that was closed is gone', async () => {
  const { card } = await powerOn();
  await card.close();
  await card.close();
  const select = encodeCommand({ cla: 0, ins: 0xa4, p1: 4, p2: 0, data: mhaAid });
  await expect(card.transmit(select)).rejects.toMatchObject({ code: 'card-gone' });
  await expect(card.reset()).rejects.toMatchObject({ code: 'card-gone' });
});
