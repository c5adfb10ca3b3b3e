// One command of the MHA and its answer, whole. A card that refuses is asked why, and the error is the one that the
// secure element itself would have thrown. Everything a card says may be hostile: an answer is read strictly, or it is an
// error with a code.

import { type Bytes, noBytes, ProtocolError } from '@vitalseal/protocol';
import {
  type CommandApdu,
  instructions,
  isDone,
  onChannel,
  type ResponseApdu,
  sendCommand,
  statusName,
  statusWords,
  type Transmit,
  UiccError,
} from '@vitalseal/uicc';
import { SecureElementError } from '../../errors.ts';
import { classes, dataObjects } from '../instructions.ts';
import { errorOf, refused } from '../refusal.ts';

export interface MhaRequest {
  readonly cla: number;
  readonly ins: number;
  /** P1-P2. */
  readonly parameters?: number;
  readonly data?: Bytes;
}

/** How the commands of one client are sent. */
export interface Way {
  /** A logical channel that is open, 0 to 19. */
  readonly channel: number;
  /** Where the card and all between take them: one APDU for what would be a chain, and one for its answer. */
  readonly extendedLengths: boolean;
}

const longestAnswer = 0x10000;

const explained: ReadonlySet<number> = new Set([
  statusWords.securityStatusNotSatisfied,
  statusWords.conditionsNotSatisfied,
  statusWords.wrongData,
  statusWords.wrongLength,
  statusWords.notEnoughMemory,
  statusWords.memoryFailure,
]);

/** @throws SecureElementError, ProtocolError, CertificateError: as the element says @throws UiccError */
export async function exchange(transmit: Transmit, way: Way, request: MhaRequest): Promise<Bytes> {
  const answer = await sendCommand(transmit, commandOf(way, request));
  if (isDone(answer.status)) return answer.data;
  throw (await explanation(transmit, way, answer)) ?? refusedWith(answer.status);
}

/** @throws SecureElementError `answer-malformed` */
export function read<T>(answer: Bytes, decode: (answer: Bytes) => T): T {
  try {
    return decode(answer);
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new SecureElementError('answer-malformed', 'expected an answer in the form of the command', { cause });
  }
}

export function refusedWith(status: number): UiccError {
  return new UiccError('card-refused', `expected the card to do the command, not ${statusName(status)}`);
}

function commandOf({ channel, extendedLengths }: Way, request: MhaRequest): CommandApdu {
  const { cla, ins, parameters = 0, data = noBytes } = request;
  const command = { cla: onChannel(cla, channel), ins, p1: parameters >> 8, p2: parameters & 0xff, data };
  return extendedLengths ? { ...command, le: longestAnswer, extended: true } : { ...command, le: 256 };
}

async function explanation(transmit: Transmit, way: Way, { status }: ResponseApdu): Promise<Error | undefined> {
  if (!explained.has(status)) return undefined;
  const { interindustry: cla } = classes;
  const ask = { cla, ins: instructions.getData, parameters: dataObjects.lastRefusal };
  const answer = await sendCommand(transmit, commandOf(way, ask));
  return isDone(answer.status) ? errorOf(read(answer.data, refused.decode)) : undefined;
}
