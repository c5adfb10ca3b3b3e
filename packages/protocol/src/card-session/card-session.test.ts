// The handshake of a page-carried administration and what is sealed after it; the same in Node and in a browser.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bytes, equalBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import {
  cardSessionPrologue,
  cardSessionRequest,
  noiseInitiator,
  noiseResponder,
  openCardAnswer,
  openCardPost,
  sealCardAnswer,
  sealCardPost,
} from './index.ts';

const psk: Bytes = new Uint8Array(32).fill(7);
const prologue = cardSessionPrologue('80010281081122334455667788');
const post = { path: '/card-administration', headers: [['X-Admin-From', 'card']] as const, body: Uint8Array.of(1, 2) };
const answer = { status: 200, headers: [['content-type', 'script']] as const, body: Uint8Array.of(3) };

async function session() {
  const card = await noiseInitiator(psk, prologue);
  const { message2, ...hospital } = await noiseResponder(psk, prologue, card.message1);
  return { card: await card.finish(message2), hospital, message1: card.message1, message2 };
}

test('both sides come to the same keys, and neither side of another session does', async () => {
  const { card, hospital } = await session();
  expect(card.hash).toEqual(hospital.hash);
  expect(await openCardPost(hospital, 0, await sealCardPost(card, 0, post))).toEqual(post);
  expect(await openCardAnswer(card, 0, await sealCardAnswer(hospital, 0, answer))).toEqual(answer);
  const other = await session();
  expect(equalBytes(other.card.hash, card.hash)).toBe(false);
  const refused = openCardPost(other.hospital, 0, await sealCardPost(card, 0, post));
  await expect(refused).rejects.toMatchObject({ code: 'authentication-failed' });
});

test('whoever has another key, or speaks of another card, is refused by both sides', async () => {
  const stranger = new Uint8Array(32).fill(8);
  const card = await noiseInitiator(psk, prologue);
  const failed = { code: 'authentication-failed' };
  await expect(noiseResponder(stranger, prologue, card.message1)).rejects.toMatchObject(failed);
  await expect(noiseResponder(psk, cardSessionPrologue('another'), card.message1)).rejects.toMatchObject(failed);
  const { message1 } = await noiseInitiator(stranger, prologue);
  const { message2 } = await noiseResponder(stranger, prologue, message1);
  await expect(card.finish(message2)).rejects.toMatchObject(failed);
});

test('a request under another number, or as an answer, is refused', async () => {
  const { card, hospital } = await session();
  const sealed = await sealCardPost(card, 0, post);
  const failed = { code: 'authentication-failed' };
  await expect(openCardPost(hospital, 1, sealed)).rejects.toMatchObject(failed);
  await expect(openCardAnswer(card, 0, sealed)).rejects.toMatchObject(failed);
});

test('each changed bit of the handshake is refused', async () => {
  for (let bit = 0; bit < 48 * 8; bit += 7) {
    const card = await noiseInitiator(psk, prologue);
    await expect(noiseResponder(psk, prologue, flipped(card.message1, bit))).rejects.toBeInstanceOf(ProtocolError);
    const { message2 } = await noiseResponder(psk, prologue, card.message1);
    await expect(card.finish(flipped(message2, bit))).rejects.toBeInstanceOf(ProtocolError);
  }
});

test('any bytes are a request of a card or a refusal with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        cardSessionRequest.decode(new Uint8Array(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
    { seed: 5, numRuns: 2000 },
  );
});

function flipped(bytes: Bytes, bit: number): Bytes {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
