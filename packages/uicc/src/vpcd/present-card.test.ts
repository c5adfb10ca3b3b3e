// Cards put into vpcd's virtual readers.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { EchoCard } from '../pcsc/echo-card.fixture.ts';
import { openPcscCard } from '../pcsc/index.ts';
import { type OwnPcscd, startPcscd } from '../pcscd/own-pcscd.ts';
import { presentCard, type SlotState } from './present-card.ts';

let pcscd: OwnPcscd;

beforeAll(async () => {
  pcscd = await startPcscd({ readers: 4 });
});

afterAll(async () => {
  await pcscd.stop();
});

test('a reader that is not there is told at once', async () => {
  await expect(presentCard(new EchoCard(), { port: 1 })).rejects.toMatchObject({ code: 'vpcd-unreachable' });
});

test('a slot that holds a card takes no second one, and tells', async () => {
  const [{ port } = { port: 0 }] = pcscd.readers;
  const first = await presentCard(new EchoCard(), { port });
  await expect(presentCard(new EchoCard(), { port, patienceMs: 1000 })).rejects.toMatchObject({
    code: 'vpcd-slot-taken',
  });
  first.remove();
});

test('a card that fails is out, and stays out', async () => {
  const [, { port, name } = { port: 0, name: '' }] = pcscd.readers;
  const failing = new EchoCard();
  failing.transmit = () => Promise.reject(new Error('worn out'));
  const states: SlotState[] = [];
  await presentCard(failing, { port, onState: (state) => states.push(state) });
  const card = await openPcscCard({ socketPath: pcscd.socketPath, reader: name, waitMs: 5000 });
  await expect(card.transmit(Uint8Array.of(0, 0xa4, 4, 0))).rejects.toMatchObject({ code: 'card-gone' });
  await card.close();
  expect(states).toEqual(['inserted', 'failed']);
});

test('further readers than one driver has hold a card each', async () => {
  const cards = pcscd.readers.slice(2).map(() => new EchoCard());
  const presented = await Promise.all(
    cards.map((card, index) => presentCard(card, { port: pcscd.readers[index + 2]?.port ?? 0 })),
  );
  for (const { name } of pcscd.readers.slice(2)) {
    const card = await openPcscCard({ socketPath: pcscd.socketPath, reader: name, waitMs: 5000 });
    await card.close();
  }
  expect(cards.every(({ resets }) => resets > 0)).toBe(true);
  for (const card of presented) card.remove();
});
