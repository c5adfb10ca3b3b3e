import {
  type Bytes,
  cardSessionName,
  cardSessionPath,
  cardSessionPrologue,
  cardSessionRequest,
  type InnerPost,
  type NoiseTransport,
  noiseInitiator,
  openCardAnswer,
  sealCardPost,
} from '@vitalseal/protocol';
import { issuerSecurityDomainAid } from '@vitalseal/uicc';
import {
  administrationHeaders,
  administrationProtocol,
  encodePskIdentity,
  formatAdministrationAgent,
} from '@vitalseal/uicc/global-platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AdministeringHospital } from '../testing/administering-hospital.ts';
import type { CardPost, TestCard } from '../testing/test-card.ts';

let hospital: AdministeringHospital;
beforeAll(async () => {
  hospital = await AdministeringHospital.start();
});
afterAll(() => hospital.remove());

async function carry(body: Bytes, to = hospital): Promise<{ status: number; body: Bytes }> {
  const headers = { 'content-type': 'application/cbor' };
  const url = `${to.peopleUrl}/patient${cardSessionPath}`;
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
}

async function opening(card: TestCard) {
  const identity = encodePskIdentity(card);
  const handshake = await noiseInitiator(card.psk, cardSessionPrologue(identity));
  const request = cardSessionRequest.encode({ type: 'open', identity, message1: handshake.message1 });
  return { request, handshake };
}

async function open(card: TestCard, at = hospital): Promise<NoiseTransport> {
  const { request, handshake } = await opening(card);
  const { status, body } = await carry(request, at);
  expect(status).toBe(200);
  return await handshake.finish(body);
}

function own(card: TestCard): Record<string, string> {
  const agent = { card: card.administrationId, application: issuerSecurityDomainAid };
  return {
    [administrationHeaders.protocol]: administrationProtocol,
    [administrationHeaders.from]: formatAdministrationAgent(agent),
  };
}

const asking = (card: TestCard): InnerPost => ({
  path: '/card-administration',
  headers: Object.entries(own(card)),
  body: new Uint8Array(),
});

async function sealed(transport: NoiseTransport, counter: number, post: InnerPost): Promise<Bytes> {
  const session = cardSessionName(transport);
  return cardSessionRequest.encode({
    type: 'post',
    session,
    counter,
    sealed: await sealCardPost(transport, counter, post),
  });
}

async function answered(card: TestCard, transport: NoiseTransport, counter: number, post: CardPost) {
  const { path = '/card-administration', headers = {}, body = new Uint8Array() } = post;
  const inner = { path, headers: Object.entries({ ...own(card), ...headers }), body: new Uint8Array(body) };
  const answer = await carry(await sealed(transport, counter, inner));
  expect(answer.status).toBe(200);
  const { headers: pairs, ...rest } = await openCardAnswer(transport, counter, answer.body);
  return { ...rest, headers: Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value])) };
}

test('a card that a page carries for comes into service by the same steps, a moment after it was invited', async () => {
  const card = await hospital.card();
  const transport = await open(card);
  let counter = 0;
  let answer = await answered(card, transport, counter, {});
  while (answer.status === 200) {
    counter += 1;
    answer = await answered(card, transport, counter, await card.execute(answer));
  }
  expect(answer.status).toBe(204);
  expect(await hospital.row(card)).toMatchObject({ stage: 'in-service', problem: null });
  // The key of the activation code opens nothing any more; the one that replaced it does.
  const [psk, keyVersion] = [card.psk, card.keyVersion];
  await open(card);
  card.keyVersion = 0x40;
  const refused = noiseInitiator(psk, cardSessionPrologue(encodePskIdentity(card)));
  const request = { type: 'open', identity: encodePskIdentity(card), message1: (await refused).message1 } as const;
  expect((await carry(cardSessionRequest.encode(request))).status).toBe(401);
  expect(keyVersion).toBe(0x41);
});

test('a request that is played back, or sent by who has not the key, is answered by nobody', async () => {
  const card = await hospital.card();
  const transport = await open(card);
  const first = await sealed(transport, 0, asking(card));
  expect((await carry(first)).status).toBe(200);
  expect((await carry(first)).status).toBe(401);
  const { sendings } = await onlyScript(card);
  expect(sendings).toBe(1);
  const identity = encodePskIdentity(card);
  const { message1 } = await noiseInitiator(new Uint8Array(32), cardSessionPrologue(identity));
  expect((await carry(cardSessionRequest.encode({ type: 'open', identity, message1 }))).status).toBe(401);
  const unknown = cardSessionRequest.encode({
    type: 'post',
    session: new Uint8Array(8),
    counter: 0,
    sealed: first.slice(0, 40),
  });
  expect((await carry(unknown)).status).toBe(401);
  expect((await carry(new Uint8Array([1, 2, 3]))).status).toBe(400);
});

test('a card cannot speak of another card in its session', async () => {
  const [card, other] = [await hospital.card(), await hospital.card()];
  const transport = await open(card);
  const answer = await carry(await sealed(transport, 0, asking(other)));
  const inner = await openCardAnswer(transport, 0, answer.body);
  expect(inner.status).toBe(400);
});

test('first messages of a card, played back or never followed by a request, end no session that the card has proved', async () => {
  const card = await hospital.card();
  await open(card);
  const { request, handshake } = await opening(card);
  const transport = await handshake.finish((await carry(request)).body);
  expect((await carry(await sealed(transport, 0, asking(card)))).status).toBe(200);
  expect((await carry(request)).status).toBe(401);
  const twice = (await opening(card)).request;
  expect((await Promise.all([carry(twice), carry(twice)])).map(({ status }) => status).sort()).toEqual([200, 401]);
  // As first messages would that the hospital has forgotten.
  const unproven = await open(card);
  for (let opened = 0; opened < 5; opened++) await open(card);
  expect((await carry(await sealed(unproven, 0, asking(card)))).status).toBe(401);
  expect((await carry(await sealed(transport, 1, asking(card)))).status).toBe(200);
});

test('a card is heard from an address where strangers have used up what they may ask', async () => {
  const guarded = await AdministeringHospital.start({ strangerAllowance: { burst: 3, perSecond: 0.001 } });
  try {
    const card = await guarded.card();
    const transport = await open(card, guarded);
    const identity = encodePskIdentity(card);
    const { message1 } = await noiseInitiator(new Uint8Array(32), cardSessionPrologue(identity));
    const guess = cardSessionRequest.encode({ type: 'open', identity, message1 });
    for (let guesses = 0; guesses < 3; guesses++) expect((await carry(guess, guarded)).status).toBe(401);
    const session = new Uint8Array(8);
    const stranger = cardSessionRequest.encode({ type: 'post', session, counter: 0, sealed: new Uint8Array(40) });
    expect((await carry(stranger, guarded)).status).toBe(429);
    expect((await carry(new Uint8Array([1, 2, 3]), guarded)).status).toBe(429);
    expect((await carry(await sealed(transport, 0, asking(card)), guarded)).status).toBe(200);
    await open(card, guarded);
  } finally {
    await guarded.remove();
  }
});

async function onlyScript(card: TestCard) {
  const { number } = await hospital.row(card);
  const [script] = await hospital.store.cardScripts.ofCard(number, 50);
  if (!script) throw new Error('expected a script of the card');
  return script;
}
