// ISO 7816-4, 5.3.4: what is left of a response is fetched by GET RESPONSE.

import { expect, test } from 'vitest';
import { answerLong, EchoCard, echo, longAnswer } from '../pcsc/echo-card.fixture.ts';
import { ShortResponses } from './short-responses.ts';

const getResponse = (length: number, channel = 0) => Uint8Array.of(channel, 0xc0, 0x00, 0x00, length);

test('a response that fits is handed on as it is', async () => {
  const card = new ShortResponses(new EchoCard(), 255);
  expect(await card.transmit(answerLong(253))).toEqual(Uint8Array.of(...longAnswer(253), 0x90, 0x00));
});

test.each([254, 256, 509, 700, 65_535])('a response of %i bytes comes whole, in parts that fit', async (length) => {
  const card = new ShortResponses(new EchoCard(), 255);
  let part = await card.transmit(answerLong(length));
  const whole: number[] = [];
  while (part.at(-2) === 0x61) {
    expect(part.length).toBeLessThanOrEqual(255);
    whole.push(...part.subarray(0, -2));
    part = await card.transmit(getResponse(part.at(-1) ?? 0));
  }
  expect([...part.subarray(-2)]).toEqual([0x90, 0x00]);
  expect([...whole, ...part.subarray(0, -2)]).toEqual([...longAnswer(length)]);
});

test('what is left on one logical channel is not given to another, and waits while that is used', async () => {
  const card = new ShortResponses(new EchoCard(), 255);
  await card.transmit(answerLong(300));
  // The card itself is asked on channel 1: it echoes nothing.
  expect(await card.transmit(getResponse(47, 1))).toEqual(Uint8Array.of(0x90, 0x00));
  expect(await card.transmit(getResponse(47))).toEqual(Uint8Array.of(...longAnswer(300).subarray(253), 0x90, 0x00));
});

test('any other command on the channel drops what was left, and a reset too', async () => {
  const card = new ShortResponses(new EchoCard(), 255);
  await card.transmit(answerLong(300));
  expect(await card.transmit(echo(1))).toEqual(Uint8Array.of(1, 0x90, 0x00));
  // The card itself is asked then: it echoes nothing.
  expect(await card.transmit(getResponse(47))).toEqual(Uint8Array.of(0x90, 0x00));
  await card.transmit(answerLong(300));
  await card.reset();
  expect(await card.transmit(getResponse(47))).toEqual(Uint8Array.of(0x90, 0x00));
});
