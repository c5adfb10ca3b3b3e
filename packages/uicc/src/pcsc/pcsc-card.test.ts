// The card on the real PC/SC stack: Debian's pcscd and vsmartcard's virtual reader.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { UiccErrorCode } from '../errors.ts';
import { type OwnPcscd, startPcscd } from '../pcscd/own-pcscd.ts';
import { type PresentedCard, presentCard } from '../vpcd/index.ts';
import { EchoCard, echo, neverAnswer } from './echo-card.fixture.ts';
import { openPcscCard, type PcscCard, type PcscCardOptions } from './pcsc-card.ts';
import { PcscSession } from './session.ts';

let pcscd: OwnPcscd;
const cleanUps: (() => unknown)[] = [];

beforeAll(async () => {
  pcscd = await startPcscd();
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

afterAll(async () => {
  await pcscd.stop();
});

test('a command reaches the card in the reader, and its response comes back', async () => {
  const card = new EchoCard();
  await insert(card);
  const opened = await open();
  expect(opened.reader).toBe(readerName(0));
  expect(opened.atr).toEqual(card.atr);
  expect(await opened.transmit(echo(1, 2, 3))).toEqual(Uint8Array.of(1, 2, 3, 0x90, 0x00));
});

test('commands that are sent at once are answered each with its own response', async () => {
  await insert(new EchoCard());
  const opened = await open();
  const responses = await Promise.all([1, 2, 3, 4].map((number) => opened.transmit(echo(number))));
  expect(responses.map(([number]) => number)).toEqual([1, 2, 3, 4]);
});

test('opening and resetting begin at a reset of the card', async () => {
  const card = new EchoCard();
  await insert(card);
  const before = card.resets;
  const opened = await open();
  expect(card.resets).toBeGreaterThan(before);
  const opening = card.resets;
  await opened.reset();
  expect(card.resets).toBeGreaterThan(opening);
});

test('nobody finds the card as it was left: closing resets it', async () => {
  const card = new EchoCard();
  await insert(card);
  const opened = await open();
  const before = card.resets;
  await opened.close();
  await expect.poll(() => card.resets).toBeGreaterThan(before);
});

test('another program is kept from a card in use, and gets it afterwards', async () => {
  await insert(new EchoCard());
  const opened = await open();
  await refusal(open({ waitMs: 0 }), 'card-in-use');
  const next = open();
  await opened.close();
  expect(await (await next).transmit(echo(7))).toEqual(Uint8Array.of(7, 0x90, 0x00));
});

test('of two cards, the one in the reader that was named is taken; without a name, neither', async () => {
  await insert(new EchoCard(), 0);
  await insert(new EchoCard(), 1);
  await refusal(open({ waitMs: 0 }), 'reader-not-found');
  expect((await open({ reader: readerName(1) })).reader).toBe(readerName(1));
});

test('an empty reader, a reader that is not there and a daemon that is not there are told apart', async () => {
  await refusal(open({ reader: readerName(0), waitMs: 0 }), 'card-gone');
  await refusal(open({ reader: 'No Such Reader', waitMs: 0 }), 'reader-not-found');
  await refusal(open({ socketPath: `${pcscd.socketPath}.not`, waitMs: 0 }), 'pcsc-unreachable');
});

test('a card that is put in late is waited for, and the wait can be called off', async () => {
  const calledOff = new AbortController();
  const waiting = open({ waitMs: 20_000, signal: calledOff.signal });
  calledOff.abort();
  await refusal(waiting, 'card-gone');
  const late = open({ waitMs: 20_000 });
  await insert(new EchoCard());
  expect(await (await late).transmit(echo(5))).toEqual(Uint8Array.of(5, 0x90, 0x00));
});

test('a card that is pulled in the middle of a command is gone until it is back and reset', async () => {
  const card = new EchoCard();
  const presented = await insert(card);
  const opened = await open();
  const answered = opened.transmit(neverAnswer);
  await card.stuck;
  presented.remove();
  await refusal(answered, 'card-gone');
  await refusal(opened.transmit(echo(1)), 'card-gone');
  await insert(new EchoCard());
  await expect.poll(() => opened.reset().then(() => 'reset', codeOf)).toBe('reset');
  expect(await opened.transmit(echo(2))).toEqual(Uint8Array.of(2, 0x90, 0x00));
});

test('a command that is never answered ends with its time', async () => {
  const card = new EchoCard();
  const presented = await insert(card);
  const opened = await open({ timeoutMs: 500 });
  await refusal(opened.transmit(neverAnswer), 'pcsc-failed');
  // The daemon still waits for the card, and would keep the reader.
  presented.remove();
});

test('pcscd killed in the middle of a command is told, and the next one is found, with the card in it', async () => {
  const card = new EchoCard();
  await insert(card);
  const opened = await open();
  const answered = opened.transmit(neverAnswer);
  await card.stuck;
  pcscd.kill();
  await refusal(answered, 'pcsc-unreachable');
  await expect.poll(() => opened.reset().then(() => 'reset', codeOf), { timeout: 10_000 }).toBe('reset');
  expect(await opened.transmit(echo(3))).toEqual(Uint8Array.of(3, 0x90, 0x00));
});

async function insert(card: EchoCard, slot = 0): Promise<PresentedCard> {
  const { name, port } = pcscd.readers[slot] ?? { name: '', port: 0 };
  const presented = await presentCard(card, { port, retryMs: 50 });
  const session = await PcscSession.open(pcscd);
  const cardIn = (there: boolean) =>
    session.waitFor((readers) => readers.find((reader) => reader.name === name && reader.card === there), 5000);
  await cardIn(true);
  cleanUps.push(async () => {
    presented.remove();
    await cardIn(false).catch(() => undefined);
    session.close();
  });
  return presented;
}

async function open(options: PcscCardOptions = {}): Promise<PcscCard> {
  const opened = await openPcscCard({ socketPath: pcscd.socketPath, waitMs: 5000, ...options });
  cleanUps.push(() => opened.close());
  return opened;
}

function readerName(slot: number): string {
  return pcscd.readers[slot]?.name ?? '';
}

async function refusal(promise: Promise<unknown>, code: UiccErrorCode): Promise<void> {
  await expect(promise).rejects.toMatchObject({ code });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}
