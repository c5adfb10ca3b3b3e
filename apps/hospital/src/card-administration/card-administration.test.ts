import { createRequest, decodePem, validatePath } from '@vitalseal/certifying-authority';
import { instructions, statusResponse } from '@vitalseal/uicc';
import { verifyCardReceipt } from '@vitalseal/uicc/global-platform';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AdministeringHospital } from '../testing/administering-hospital.ts';
import { startPrivatePostgresql } from '../testing/private-postgresql.ts';
import type { TestCard } from '../testing/test-card.ts';

let hospital: AdministeringHospital;
beforeAll(async () => {
  hospital = await AdministeringHospital.start();
});
afterAll(() => hospital.remove());

/** The running hospital has taken over what this process wrote into its store. */
const noticed = <Result>(ask: () => Promise<Result>) => vi.waitFor(ask, { timeout: 10_000, interval: 200 });
const onceNoticed = (card: TestCard) => noticed(() => card.session());

async function inService(): Promise<TestCard> {
  const card = await hospital.card();
  await onceNoticed(card);
  expect(await hospital.row(card)).toMatchObject({ stage: 'in-service', problem: null });
  return card;
}

const scriptsOf = async (card: TestCard) => {
  const { number } = await hospital.row(card);
  const rows = await hospital.store.cardScripts.ofCard(number, 50);
  return rows.toReversed().map(({ purpose, state }) => `${purpose} ${state}`);
};

const certificateOf = async (card: TestCard) => {
  const { chain } = await hospital.row(card);
  const { rootCertificate } = hospital.ca.authority;
  return validatePath({ chain: decodePem('CERTIFICATE', chain ?? ''), anchors: [rootCertificate], at: Date.now() });
};

test('a fresh card comes into service from its activation code alone, by the steps of its personalisation', async () => {
  const card = await inService();
  expect(await scriptsOf(card)).toEqual([
    'replace-key done',
    'identify done',
    'bond done',
    'generate-key done',
    'certificates done',
    'status done',
    'revocations done',
  ]);
  expect((await certificateOf(card)).identity).toEqual({ role: 'patient', id: 'p1' });
  expect((await card.session()).status).toBe(204);
});

test('the key of the activation code opens nothing once it has been replaced', async () => {
  const card = await hospital.card();
  const agent = card.connection();
  await onceNoticed(card);
  // A new connection under the key that the agent was made with.
  await expect(card.post({}, agent)).rejects.toThrow();
  agent.destroy();
});

test('no script leaves a key or a code in the store once it is finished', async () => {
  const card = await inService();
  const { number } = await hospital.row(card);
  for (const { commands } of await hospital.store.cardScripts.ofCard(number, 50)) expect(commands).toBeNull();
});

test('a card that lost the answer to anything goes on where it was, and nothing is done twice', async () => {
  const card = await hospital.card();
  await noticed(() => card.post({}, card.connection()));
  for (let cuts = 0; cuts < 40; cuts++) {
    // A new connection each time, the answer to the response thrown away, and the response posted again.
    const asked = await card.post({ headers: { 'X-Admin-Resume': 'true' } }, card.connection());
    if (asked.status === 204) break;
    const again = await card.post({}, card.connection());
    expect(again.headers['x-admin-next-uri']).toBe(asked.headers['x-admin-next-uri']);
    expect(again.body).toEqual(asked.body);
    const response = await card.execute(again);
    await card.post(response, card.connection());
    await card.post({ ...response, headers: { ...response.headers, 'X-Admin-Resume': 'true' } }, card.connection());
  }
  expect(await hospital.row(card)).toMatchObject({ stage: 'in-service' });
  expect(card.done).toHaveLength(8);
});

test('a connection under a key that has been replaced is no card any more, and ends', async () => {
  const card = await hospital.card();
  const old = card.connection();
  await noticed(() => card.post({}, old));
  await card.session();
  await hospital.order(card, { kind: 'unblock-pin', newPin: '246810' });
  expect(await card.post({}, old)).toMatchObject({ status: 401, headers: { connection: 'close' } });
  await expect(card.post({}, old)).rejects.toThrow();
  old.destroy();
});

test('a connection under the key of an activation code lasts no longer than the code', async () => {
  const card = await hospital.card();
  const agent = card.connection();
  expect((await noticed(() => card.post({}, agent))).status).toBe(200);
  const { number } = await hospital.row(card);
  await hospital.store.cards.change(number, { expires_at: Date.now() });
  expect((await card.post({}, agent)).status).toBe(401);
  agent.destroy();
});

test('a card whose answer to PUT KEY was lost comes with its new key, and is taken to have it', async () => {
  const card = await hospital.card();
  const first = await noticed(() => card.post({}, card.connection()));
  await card.execute(first);
  await card.session();
  expect(await scriptsOf(card)).toContain('replace-key done');
  expect(card.done.filter((command) => command === 'domain d8')).toHaveLength(1);
  expect(await hospital.row(card)).toMatchObject({ stage: 'in-service', key_version: card.keyVersion, next_psk: null });
});

test('an answer to a script that the hospital does not know any more keeps no card from going on', async () => {
  const card = await inService();
  await hospital.order(card, { kind: 'status' });
  const agent = card.connection();
  const response = await card.execute(await card.post({}, agent));
  const { number } = await hospital.row(card);
  await hospital.store.database.deleteFrom('card_scripts').where('card', '=', number).execute();
  await hospital.order(card, { kind: 'lock' });
  expect((await card.post(response, agent)).status).toBe(200);
  agent.destroy();
});

test('personalisation goes on after a restart of the hospital', async () => {
  const card = await hospital.card();
  await noticed(async () => card.execute(await card.post({}, card.connection())));
  const { url } = hospital;
  await hospital.halt();
  await hospital.serve();
  expect(hospital.url).not.toBe(url);
  Object.assign(card, { url: hospital.url });
  await card.session();
  expect(await hospital.row(card)).toMatchObject({ stage: 'in-service' });
});

test('a card whose patient has not opened it is asked again in its next session, and not before', async () => {
  const card = await hospital.card();
  card.open = false;
  await onceNoticed(card);
  expect(await scriptsOf(card)).toEqual(['replace-key done', 'identify done', 'bond queued']);
  await card.session();
  card.open = true;
  await card.session();
  expect(await hospital.row(card)).toMatchObject({ stage: 'in-service' });
});

test('a step that fails again and again is left for a person, and said', async () => {
  const card = await hospital.card();
  card.instead = ({ ins }) => (ins === instructions.generateAsymmetricKeyPair ? statusResponse(0x6f00) : undefined);
  for (let session = 0; session < 7; session++) await onceNoticed(card);
  expect(await hospital.row(card)).toMatchObject({ stage: 'bonded', problem: '6f00' });
  expect((await scriptsOf(card)).filter((script) => script === 'generate-key failed')).toHaveLength(5);
});

test("a card that asks for another patient's certificate is given none", async () => {
  const card = await hospital.card();
  const other = await hospital.card();
  const request = await createRequest(other.mhaKeys, { role: 'patient', id: 'p2' });
  card.instead = ({ ins }) =>
    ins === instructions.generateAsymmetricKeyPair ? statusResponse(0x9000, request) : undefined;
  await onceNoticed(card);
  expect(await hospital.row(card)).toMatchObject({ stage: 'key-generated', chain: null, problem: 'identity-refused' });
});

test('an authority that is away is waited for', async () => {
  const away = await AdministeringHospital.start();
  const card = await away.card();
  await noticed(async () => card.execute(await card.post({}, card.connection())));
  await away.ca.close();
  const answer = await card.session();
  expect(answer.status).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(await away.row(card)).toMatchObject({ stage: 'key-generated', problem: null });
  await away.remove();
});

test('a hospital that is no registration authority gets no card certified, and says so', async () => {
  const plain = await AdministeringHospital.start({ registrationAuthority: false });
  const card = await plain.card();
  await onceNoticed(card);
  expect(await plain.row(card)).toMatchObject({ stage: 'key-generated', problem: 'no-registration-authority' });
  await plain.remove();
});

test('what is ordered of a card goes out when it asks next, the urgent first', async () => {
  const card = await inService();
  card.done.length = 0;
  await hospital.order(card, { kind: 'policy', policy: { batchRecords: 20 } });
  await hospital.order(card, { kind: 'sensors', sensors: ['s1', 's2'] });
  await hospital.order(card, { kind: 'unblock-pin', newPin: undefined });
  await hospital.order(card, { kind: 'lock' });
  await card.session();
  expect(card.done).toEqual(['domain f0', 'domain ca', 'mha e2', 'mha e2', 'mha 2c']);
  expect(card.locked).toBe(true);
  await hospital.order(card, { kind: 'unlock' });
  await card.session();
  expect(card.locked).toBe(false);
  expect(JSON.parse((await hospital.row(card)).particulars)).toMatchObject({
    sensors: ['s1', 's2'],
    policy: { batchRecords: 20 },
  });
});

test('a lock and an end are sent for as long as the card asks, whatever else is given up unanswered', async () => {
  const card = await inService();
  const agent = card.connection();
  const cutOff = async () => {
    for (let cuts = 0; cuts < 51; cuts++) expect((await card.post({}, agent)).status).toBe(200);
  };
  await hospital.order(card, { kind: 'policy', policy: {} });
  await expect(cutOff()).rejects.toThrow();
  expect(await scriptsOf(card)).toContain('policy failed');
  for (const kind of ['lock', 'terminate'] as const) {
    await hospital.order(card, { kind });
    await cutOff();
    await card.session();
  }
  agent.destroy();
  expect(await scriptsOf(card)).toEqual(expect.arrayContaining(['lock done', 'terminate done']));
});

test('a card that is terminated proves it, and its certificate is revoked even before it calls', async () => {
  const card = await inService();
  await hospital.order(card, { kind: 'policy', policy: {} });
  await hospital.order(card, { kind: 'terminate' });
  const { serial } = await certificateOf(card);
  const isDone = async () => expect(await hospital.row(card)).toMatchObject({ revocation: 'done' });
  await vi.waitFor(isDone, { timeout: 10_000 });
  const issued = await hospital.ca.authority.list();
  expect(issued.find((one) => one.serial === serial)).toMatchObject({ state: 'revoked' });
  await card.session();
  const { stage, receipt, revocation } = await hospital.row(card);
  expect([stage, revocation, card.terminated]).toEqual(['terminated', 'done', true]);
  const key = new Uint8Array(await crypto.subtle.exportKey('spki', card.receiptKeys.publicKey));
  const said = await verifyCardReceipt(new Uint8Array(receipt ?? []), key);
  expect(said.administrationId).toBe(card.administrationId);
  expect(await scriptsOf(card)).toContain('policy failed');
  await expect(hospital.order(card, { kind: 'status' })).rejects.toMatchObject({ code: 'card-terminated' });
  expect((await card.session()).status).toBe(204);
});

test('a receipt by another key is not believed', async () => {
  const card = await inService();
  const other = await inService();
  await hospital.order(card, { kind: 'terminate' });
  const forged = await other.receipt();
  card.instead = ({ ins }) => (ins === instructions.setStatus ? statusResponse(0x9000, forged) : undefined);
  await card.session();
  expect(await hospital.row(card)).toMatchObject({ stage: 'in-service', receipt: null });
  expect(await scriptsOf(card)).toContain('terminate failed');
});

test('a card that never called is withdrawn at once, and its code opens nothing', async () => {
  const card = await hospital.card();
  expect(await hospital.order(card, { kind: 'terminate' })).toBe('withdrawn');
  await expect(card.session()).rejects.toThrow();
  expect(await hospital.row(card)).toMatchObject({ stage: 'terminated', seen_at: null });
});

test('an activation code serves as long as it was made for', async () => {
  const card = await hospital.card({ validMs: -1 });
  // A card invited after it is known already, so this one would be.
  await onceNoticed(await hospital.card());
  await expect(card.session()).rejects.toThrow();
});

test('a card is invited for a patient under care alone', async () => {
  await expect(hospital.card({ patient: 'p9' })).rejects.toMatchObject({ code: 'unknown-patient' });
});

test('on PostgreSQL a card comes into service and is terminated as on SQLite', async () => {
  const postgresql = startPrivatePostgresql();
  const other = await AdministeringHospital.start({ databaseUrl: await postgresql.createDatabase() });
  const card = await other.card();
  await onceNoticed(card);
  expect(await other.row(card)).toMatchObject({ stage: 'in-service', problem: null });
  await other.order(card, { kind: 'terminate' });
  await card.session();
  expect(await other.row(card)).toMatchObject({ stage: 'terminated' });
  await other.remove();
  postgresql.remove();
});
