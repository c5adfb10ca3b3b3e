// Long commands and responses over a transport that has short ones only, and cards that never end.

import { expect, test } from 'vitest';
import { fromHex, join, octets, toHex } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { type CommandApdu, decodeCommand } from './command.ts';
import { sendCommand } from './send-command.ts';

const ok = fromHex('9000');
const command: CommandApdu = { cla: 0x81, ins: 0xe2, p1: 0, p2: 0, data: new Uint8Array(0) };

/** A card that answers from a list, and what it was sent. */
function cardOf(...answers: Bytes[]) {
  const sent: CommandApdu[] = [];
  const transmit = async (apdu: Bytes) => {
    sent.push(decodeCommand(apdu));
    return answers.shift() ?? ok;
  };
  return { sent, transmit };
}

test('a long command goes in parts of 255 octets, and only the last is not chained', async () => {
  const { sent, transmit } = cardOf();
  const data = Uint8Array.from({ length: 600 }, (_, at) => at & 0xff);
  await expect(sendCommand(transmit, { ...command, data, le: 256 })).resolves.toMatchObject({ status: 0x9000 });
  expect(sent.map(({ cla, data: part, le }) => [cla, part.length, le])).toEqual([
    [0x91, 255, undefined],
    [0x91, 255, undefined],
    [0x81, 90, 256],
  ]);
  expect(join(...sent.map((one) => one.data))).toEqual(data);
});

test('a chain ends at the first part that the card refuses', async () => {
  const { sent, transmit } = cardOf(fromHex('6884'));
  const answer = await sendCommand(transmit, { ...command, data: new Uint8Array(600) });
  expect(answer.status).toBe(0x6884);
  expect(sent).toHaveLength(1);
});

test('a long response is fetched to its end, on the same logical channel', async () => {
  const { sent, transmit } = cardOf(fromHex('01026103'), fromHex('03046102'), fromHex('05069110'));
  const answer = await sendCommand(transmit, command);
  expect(toHex(answer.data)).toBe('010203040506');
  expect(answer.status).toBe(0x9110);
  expect(sent.slice(1).map(({ cla, ins, le }) => [cla, ins, le])).toEqual([
    [0x01, 0xc0, 3],
    [0x01, 0xc0, 2],
  ]);
});

test('a command is sent again with the length that the card tells', async () => {
  const { sent, transmit } = cardOf(fromHex('6c02'), fromHex('01029000'));
  expect(toHex((await sendCommand(transmit, { ...command, le: 256 })).data)).toBe('0102');
  expect(sent.map(({ le }) => le)).toEqual([256, 2]);
});

test('a card that tells one length after the other is given up', async () => {
  const { transmit } = cardOf(fromHex('6c02'), fromHex('6c03'));
  await expect(sendCommand(transmit, command)).rejects.toMatchObject({ code: 'card-refused' });
});

test('a card whose response never ends, or never comes, is given up', async () => {
  const endless = async () => join(new Uint8Array(255), octets(0x61ff, 2));
  await expect(sendCommand(endless, command)).rejects.toMatchObject({ code: 'card-refused' });
  const { transmit } = cardOf(fromHex('6110'), fromHex('6110'));
  await expect(sendCommand(transmit, command)).rejects.toMatchObject({ code: 'card-refused' });
});

test('what is no response is refused', async () => {
  const { transmit } = cardOf(fromHex('90'));
  await expect(sendCommand(transmit, command)).rejects.toMatchObject({ code: 'apdu-malformed' });
});
