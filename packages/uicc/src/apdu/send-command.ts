// One way to send a long command and to read a long response, over any transport: ISO 7816-4 section 5.3.3 (command
// chaining), and T=0's 61XX (GET RESPONSE) and 6CXX (the same with the right Le).

import { join, noBytes } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { chaining, logicalChannelOf, onChannel } from './class-byte.ts';
import { type CommandApdu, encodeCommand } from './command.ts';
import { instructions } from './instructions.ts';
import { decodeResponse, type ResponseApdu } from './response.ts';
import { dataWaiting, rightLe, statusWords } from './status-words.ts';

export type Transmit = (apdu: Bytes) => Promise<Bytes>;

const part = 255;
/** What a card may make its reader hold at most. */
const longestResponse = 0x10000;

/**
 * @returns the whole response; its status is the last one, never 61XX or 6CXX
 * @throws UiccError `apdu-malformed` for what is no response, `card-refused` for one without end
 */
export async function sendCommand(transmit: Transmit, command: CommandApdu): Promise<ResponseApdu> {
  const { data } = command;
  if (command.extended === true) return await withWholeResponse(transmit, command);
  for (let at = 0; data.length - at > part; at += part) {
    const { le: _, ...header } = command;
    const apdu = { ...header, cla: chaining(command.cla, true), data: data.slice(at, at + part) };
    const answer = decodeResponse(await transmit(encodeCommand(apdu)));
    if (answer.status !== statusWords.ok) return answer;
    if (data.length - at - part <= part) {
      return await withWholeResponse(transmit, { ...command, data: data.slice(at + part) });
    }
  }
  return await withWholeResponse(transmit, command);
}

async function withWholeResponse(transmit: Transmit, command: CommandApdu): Promise<ResponseApdu> {
  let answer = decodeResponse(await transmit(encodeCommand(command)));
  const le = rightLe(answer.status);
  if (le !== undefined) answer = decodeResponse(await transmit(encodeCommand({ ...command, le })));
  let whole = answer.data;
  for (let waiting = dataWaiting(answer.status); waiting !== undefined; waiting = dataWaiting(answer.status)) {
    answer = await getResponse(transmit, command.cla, waiting);
    whole = join(whole, answer.data);
    if (answer.data.length === 0 || whole.length > longestResponse) {
      throw new UiccError('card-refused', 'expected a response that ends');
    }
  }
  if (rightLe(answer.status) !== undefined)
    throw new UiccError('card-refused', 'expected a response of the length told');
  return { data: whole, status: answer.status };
}

async function getResponse(transmit: Transmit, cla: number, length: number): Promise<ResponseApdu> {
  const apdu = {
    cla: onChannel(0, logicalChannelOf(cla)),
    ins: instructions.getResponse,
    p1: 0,
    p2: 0,
    data: noBytes,
  };
  const answer = decodeResponse(await transmit(encodeCommand({ ...apdu, le: length })));
  const le = rightLe(answer.status);
  return le === undefined ? answer : decodeResponse(await transmit(encodeCommand({ ...apdu, le })));
}
