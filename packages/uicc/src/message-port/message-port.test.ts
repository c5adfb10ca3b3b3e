// A card at one end of a MessageChannel, a terminal at the other; the same in Node and in a browser.

import { afterEach, expect, test } from 'vitest';
import type { Bytes, Card } from '../card.ts';
import { listen } from './card-port.ts';
import { type MessagePortCardOptions, openMessagePortCard, serveCard } from './index.ts';

const answerToReset = Uint8Array.of(0x3b, 0x80, 0x01, 0x81);
const channels: InstanceType<typeof MessageChannel>[] = [];

afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) {
    port1.close();
    port2.close();
  }
});

function channel() {
  const made = new MessageChannel();
  channels.push(made);
  const { port1, port2 } = made;
  return { terminal: port1, card: port2 };
}

/** Answers a command with its data. */
function echoCard(transmit?: (apdu: Bytes) => Promise<Bytes>): Card & { resets: number } {
  return {
    atr: answerToReset,
    resets: 0,
    async reset() {
      this.resets += 1;
    },
    transmit: transmit ?? (async (apdu) => new Uint8Array([...apdu.subarray(5), 0x90, 0x00])),
  };
}

async function inserted(card: Card, options?: MessagePortCardOptions) {
  const { terminal, card: port } = channel();
  const served = serveCard(card, port);
  return { served, opened: await openMessagePortCard(terminal, options), port };
}

const command = (...data: number[]) => Uint8Array.of(0x80, 0x10, 0, 0, data.length, ...data);

test('a command reaches the card, and its response comes back', async () => {
  const { opened } = await inserted(echoCard());
  expect(opened.atr).toEqual(answerToReset);
  expect(await opened.transmit(command(1, 2))).toEqual(Uint8Array.of(1, 2, 0x90, 0x00));
});

test('commands that are sent at once are done one after the other', async () => {
  let running = 0;
  const card = echoCard(async (apdu) => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((done) => setTimeout(done, 1));
    running -= 1;
    return new Uint8Array([...apdu.subarray(5), 0x90, 0x00]);
  });
  const { opened } = await inserted(card);
  const responses = await Promise.all([1, 2, 3].map((number) => opened.transmit(command(number))));
  expect(responses.map(([number]) => number)).toEqual([1, 2, 3]);
});

test('a reset reaches the card', async () => {
  const card = echoCard();
  const { opened } = await inserted(card);
  await opened.reset();
  expect(card.resets).toBe(1);
  expect(opened.atr).toEqual(answerToReset);
});

test('a card that is removed in the middle of a command is gone, then and later', async () => {
  const asked = Promise.withResolvers<void>();
  const card = echoCard(() => {
    asked.resolve();
    return new Promise(() => undefined);
  });
  const { opened, served } = await inserted(card);
  const answered = opened.transmit(command(1));
  await asked.promise;
  served.remove();
  await expect(answered).rejects.toMatchObject({ code: 'card-gone' });
  await expect(opened.transmit(command(1))).rejects.toMatchObject({ code: 'card-gone' });
  await expect(opened.reset()).rejects.toMatchObject({ code: 'card-gone' });
});

test('a card that fails is gone', async () => {
  const { opened } = await inserted(echoCard(() => Promise.reject(new Error('worn out'))));
  await expect(opened.transmit(command(1))).rejects.toMatchObject({ code: 'card-gone' });
});

test('a port that closes is a card that is gone', async () => {
  const { opened, port } = await inserted(
    echoCard(() => new Promise(() => undefined)),
    // Not every browser tells that the other end closed.
    { timeoutMs: 500 },
  );
  const answered = opened.transmit(command(1));
  port.close();
  await expect(answered).rejects.toMatchObject({ code: 'card-gone' });
});

test('a card that never answers is given up', async () => {
  const { opened } = await inserted(
    echoCard(() => new Promise(() => undefined)),
    { timeoutMs: 50 },
  );
  await expect(opened.transmit(command(1))).rejects.toMatchObject({ code: 'card-gone' });
});

test('no card behind the port is told', async () => {
  const { terminal } = channel();
  await expect(openMessagePortCard(terminal, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'card-gone' });
});

test.each([
  ['nothing', undefined],
  ['a text', 'response'],
  ['an answer of no kind', { kind: 'secrets' }],
  ['an answer without bytes', { kind: 'response', number: 0, apdu: [0x90, 0x00] }],
  ['an answer without end', { kind: 'response', number: 0, apdu: new Uint8Array(0x20000) }],
  ['an answer to nothing that was asked', { kind: 'response', number: 7, apdu: Uint8Array.of(0x90, 0x00) }],
  ['an answer to something else', { kind: 'reset', number: 0, atr: answerToReset }],
])('a card that posts %s is refused, and not spoken to again', async (_, message) => {
  const { terminal, card } = channel();
  const opening = openMessagePortCard(terminal);
  card.postMessage({ kind: 'inserted', atr: answerToReset });
  const opened = await opening;
  const answered = opened.transmit(command(1));
  card.postMessage(message);
  await expect(answered).rejects.toMatchObject({ code: 'card-message-malformed' });
  await expect(opened.transmit(command(1))).rejects.toMatchObject({ code: 'card-message-malformed' });
});

test.each([[undefined], ['transmit'], [{ kind: 'transmit', number: -1, apdu: command(1) }], [{ kind: 'open' }]])(
  'a terminal that posts %j finds the card gone, and the card has seen none of it',
  async (message) => {
    const seen: Bytes[] = [];
    const { terminal, card: port } = channel();
    const card = echoCard(async (apdu) => {
      seen.push(apdu);
      return apdu;
    });
    serveCard(card, port);
    const told = new Promise((resolve) => {
      listen(
        terminal,
        (answer) => JSON.stringify(answer) === '{"kind":"gone"}' && resolve(answer),
        () => undefined,
      );
    });
    terminal.postMessage(message);
    expect(await told).toEqual({ kind: 'gone' });
    expect(seen).toEqual([]);
  },
);
