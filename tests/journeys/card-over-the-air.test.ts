// A fresh card, an activation code, nothing else: personalised over the air, in service, its first reading confirmed;
// locked and unlocked; then terminated, which it proves. The certifying authority, the hospital and the card are the real
// ones, and the terminal between them carries what it cannot read.

import { join } from 'node:path';
import { buildMhaCode } from '@vitalseal/app-card';
import { type Order, orderScript, type Store } from '@vitalseal/app-hospital';
import { Terminal } from '@vitalseal/app-patient';
import { releaseNumber } from '@vitalseal/certifying-authority';
import { type Identity, sha256 } from '@vitalseal/protocol';
import { openSoftwareCard, type SoftwareCard } from '@vitalseal/secure-element/node';
import { MhaClient, SecurityDomainClient } from '@vitalseal/secure-element/terminal';
import { TestTerminal } from '@vitalseal/secure-element/testing';
import { decodeCommand, encodeResponse, type Transmit } from '@vitalseal/uicc';
import { decodeCardStatus, encodeMhaImage, mhaImageName, verifyCardReceipt } from '@vitalseal/uicc/global-platform';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clinic, clinicIdentity } from './clinic.fixture.ts';

const sensor: Identity = { role: 'sensor', id: 'chest-strap' };
const pin = '4711';

let clinic: Clinic;
let store: Store;
let card: SoftwareCard;
let terminal: Terminal;
let domain: SecurityDomainClient;

beforeEach(async () => {
  clinic = await Clinic.open();
  store = clinic.store;
  card = await openSoftwareCard({ folder: join(clinic.folder, 'card'), log2Cost: 4 });
  await powerOn();
});
afterEach(async () => {
  await terminal.close();
  await card.close();
  await clinic.close();
});

const senses = { timestamp: () => ({ utcMs: Date.now(), offsetMinutes: 0 }), location: () => undefined };
const loopback = Uint8Array.of(127, 0, 0, 1);

/** In the phone: the card forgets who was there before. */
async function powerOn(): Promise<void> {
  terminal = new Terminal({ card, senses });
  terminal.reachable.allow('127.0.0.1', clinic.devicesPort);
  await terminal.start();
  domain = new SecurityDomainClient(terminal);
}

const invited = () => clinic.invite({ sensors: [sensor.id], policy: { batchRecords: 10 } });

async function activate(code: string): Promise<void> {
  await domain.activate(code);
  await domain.putAddress(loopback);
}

const until = (condition: () => Promise<boolean>) =>
  vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 20_000, interval: 50 });

const rowOf = async (id: string) => {
  const row = await store.cards.find(id);
  if (row === undefined) throw new Error('expected a card of this hospital');
  return row;
};
/** What is ordered goes out when the card calls next: the phone says that it should do so now. */
async function order(id: string, what: Order): Promise<void> {
  await orderScript(store, { card: await rowOf(id), order: what, hospital: clinicIdentity });
  await domain.administer();
}

/** A card that its patient has opened, and the hospital has personalised. */
async function inService(): Promise<{ administrationId: string; mha: MhaClient }> {
  const mha = new MhaClient(terminal);
  await mha.select();
  await mha.setFirstPin(pin);
  const { administrationId, code } = await invited();
  await activate(code);
  await until(async () => (await rowOf(administrationId)).stage === 'in-service');
  expect((await rowOf(administrationId)).problem).toBeNull();
  await mha.select();
  return { administrationId, mha };
}

test('a fresh card comes into service by its activation code, delivers, is locked, unlocked and terminated', async () => {
  const { administrationId, mha } = await inService();
  const strap = await clinic.sensor(sensor);
  await strap.shakeHands((body) => mha.answerSensorHandshake(body));
  await mha.takeSensorRecords(await Promise.all([70, 71, 72].map((pulse) => strap.seal(pulse))));
  await mha.putHospitalAddress({ name: 'localhost', port: clinic.devicesPort, address: loopback });
  await until(async () => (await store.counts()).stored === 3);
  await until(async () => (await mha.duty()).waiting === 0);
  const confirmed = (await mha.takeReports()).filter(({ kind }) => kind === 'confirmed');
  expect(confirmed).toHaveLength(3);
  expect(await store.counts()).toMatchObject({ stored: 3, refused: 0 });

  await order(administrationId, { kind: 'lock' });
  const mhaOf = async () => decodeCardStatus(new Uint8Array((await rowOf(administrationId)).status ?? [])).mha;
  await until(async () => (await mhaOf()) === 'locked');
  await expect(mha.select()).rejects.toThrow();
  await order(administrationId, { kind: 'unlock' });
  await until(async () => (await mhaOf()) === 'personalized');

  await order(administrationId, { kind: 'terminate' });
  await until(async () => (await rowOf(administrationId)).stage === 'terminated');
  const { receipt, status } = await rowOf(administrationId);
  const { receiptKey } = decodeCardStatus(new Uint8Array(status ?? []));
  const said = await verifyCardReceipt(new Uint8Array(receipt ?? []), receiptKey);
  expect(said.administrationId).toBe(administrationId);
  await vi.waitFor(async () => expect((await rowOf(administrationId)).revocation).toBe('done'), { timeout: 10_000 });
  const listed = await clinic.authority.authority.list();
  expect(listed.find(({ identity }) => identity?.role === 'patient')?.state).toBe('revoked');
  await expect(mha.select()).rejects.toThrow();
});

test('a card whose link is cut at any moment of its personalisation comes into service all the same', async () => {
  const mha = new MhaClient(terminal);
  await mha.select();
  await mha.setFirstPin(pin);
  const { administrationId, code } = await invited();
  await domain.activate(code);
  await terminal.close();
  // A terminal whose links can be cut, and whose time runs faster.
  const other = new TestTerminal(card, { second: 20 });
  await other.reset();
  await other.boot();
  const user = {
    run: async <T>(use: (transmit: Transmit) => Promise<T>) =>
      use(async (apdu) => encodeResponse(await other.send(decodeCommand(apdu)))),
  };
  const again = new MhaClient(user);
  await again.select();
  await again.verify(pin);
  await new SecurityDomainClient(user).putAddress(loopback);
  let cuts = 0;
  await until(async () => {
    for (let polls = 0; polls < 20; polls++) {
      await other.status();
      const [link] = other.sockets;
      if (link === undefined || cuts >= 12 || link.bytesRead <= 300 + 150 * cuts) continue;
      link.destroy();
      cuts += 1;
    }
    return (await rowOf(administrationId)).stage === 'in-service';
  });
  await other.close();
  expect(cuts).toBeGreaterThan(0);
  const { number } = await rowOf(administrationId);
  // Its status and the revocation list follow, now or in a moment.
  const scripts = (await store.cardScripts.ofCard(number, 50)).filter(
    ({ purpose }) => !['status', 'revocations'].includes(purpose),
  );
  expect(scripts.map(({ purpose, state }) => `${purpose} ${state}`).toReversed()).toEqual([
    'replace-key done',
    'identify done',
    'bond done',
    'generate-key done',
    'certificates done',
  ]);
});

test('a code that another card has used opens nothing', async () => {
  const { code } = await invited();
  const thief = await openSoftwareCard({ folder: join(clinic.folder, 'thief'), log2Cost: 4 });
  const own = card;
  await terminal.close();
  card = thief;
  await powerOn();
  await activate(code);
  await until(async () => (await store.cards.all()).every(({ stage }) => stage !== 'invited' && stage !== 'contacted'));
  await terminal.close();
  await thief.close();
  card = own;
  await powerOn();
  const [before] = await store.cards.all();
  await activate(code);
  await until(async () => (await domain.standing()).administration.state === 'waiting');
  const [after] = await store.cards.all();
  expect(after).toEqual(before);
});

test.each([
  ['gives its tries back', undefined],
  ['gives it another', '246810'],
])(
  'of a PIN that was entered wrongly three times the hospital %s, and what the card holds is there',
  async (_what, newPin) => {
    const { administrationId, mha } = await inService();
    const before = await mha.certificates();
    await terminal.close();
    await powerOn();
    const again = new MhaClient(terminal);
    await again.select();
    for (const wrong of ['0000', '1111', '2222']) await expect(again.verify(wrong)).rejects.toThrow();
    await expect(again.verify(pin)).rejects.toMatchObject({ code: 'pin-blocked' });
    await domain.putAddress(loopback);
    await order(administrationId, { kind: 'unblock-pin', newPin });
    const { number } = await rowOf(administrationId);
    await until(async () => (await store.cardScripts.open(number)).length === 0);
    await again.verify(newPin ?? pin);
    expect(await again.certificates()).toEqual(before);
  },
);

test('a stolen card whose PIN nobody knows is terminated all the same', async () => {
  const { administrationId } = await inService();
  await terminal.close();
  await powerOn();
  await domain.putAddress(loopback);
  await order(administrationId, { kind: 'terminate' });
  await until(async () => (await rowOf(administrationId)).stage === 'terminated');
});

test('an image that the authority vouches for is loaded over the air and runs from the next start; an older one, and one it never saw, are refused', async () => {
  const { administrationId, mha } = await inService();
  const statusOf = async () => decodeCardStatus(new Uint8Array((await rowOf(administrationId)).status ?? []));
  const lastScript = async () => (await store.cardScripts.ofCard((await rowOf(administrationId)).number, 1))[0];
  const update = async (version: string, forged = false) => {
    const code = new TextEncoder().encode(await buildMhaCode({ release: `${version}-test` }));
    const image = encodeMhaImage({ policy: { batchRecords: 40 }, code });
    const attested = forged ? encodeMhaImage({ policy: {}, code: new Uint8Array(3) }) : image;
    const release = { name: mhaImageName, version, digest: await sha256(attested) };
    const { attestation } = await clinic.authority.authority.attest(release);
    await order(administrationId, { kind: 'update', image, attestation });
    await until(async () => ['done', 'failed'].includes((await lastScript())?.state ?? ''));
    return (await lastScript())?.state;
  };
  const strap = await clinic.sensor(sensor);
  await strap.shakeHands((body) => mha.answerSensorHandshake(body));
  await mha.takeSensorRecords([await strap.seal(70)]);
  await mha.putHospitalAddress({ name: 'localhost', port: clinic.devicesPort, address: loopback });
  await until(async () => (await store.counts()).stored === 1);

  expect(await update('1.2.0')).toBe('done');
  expect(await update('1.1.0')).toBe('failed');
  expect(await update('1.3.0', true)).toBe('failed');
  const [loaded, running] = [releaseNumber('1.2.0'), { imageVersion: 0, release: '0.1.0' }];
  expect(await domain.status()).toMatchObject({ imageVersion: loaded, running });

  await terminal.close();
  await card.close();
  card = await openSoftwareCard({ folder: join(clinic.folder, 'card'), log2Cost: 4 });
  await powerOn();
  const newer = new MhaClient(terminal);
  await newer.select();
  await newer.verify(pin);
  await domain.putAddress(loopback);
  await newer.putHospitalAddress({ name: 'localhost', port: clinic.devicesPort, address: loopback });
  // The sensor's channel, the key and the certificate are those of before: the state is the MHA's, whichever its program.
  await newer.takeSensorRecords([await strap.seal(71)]);
  await until(async () => (await store.counts()).stored === 2);
  await order(administrationId, { kind: 'status' });
  await until(async () => (await lastScript())?.state === 'done');
  expect(await statusOf()).toMatchObject({
    imageVersion: loaded,
    running: { imageVersion: loaded, release: '1.2.0-test' },
  });
});
