// `vitalseal card status`: what a card says to anybody, without its PIN.

import { bytesToHex } from '@vitalseal/protocol';
import { exclusively, SecurityDomainClient } from '@vitalseal/secure-element/terminal';
import {
  type Card,
  instructions,
  isDone,
  mhaAid,
  retriesLeft,
  sendCommand,
  statusName,
  statusWords,
} from '@vitalseal/uicc';

/** P2: the card's one PIN. */
const reference = 0x01;
const noData = new Uint8Array(0);

/** Lines for a person. */
export async function cardStatus(card: Card): Promise<string[]> {
  const send = async (ins: number, p1: number, p2: number, data = noData) => {
    const { status } = await sendCommand((apdu) => card.transmit(apdu), { cla: 0, ins, p1, p2, data });
    return status;
  };
  const lines = [`answer to reset: ${bytesToHex(card.atr)}`];
  const selected = await send(instructions.select, 0x04, 0x0c, mhaAid);
  if (!isDone(selected)) return [...lines, `MHA: not there, or locked (${statusName(selected)})`];
  return [
    ...lines,
    'MHA: there',
    // Without data they ask how often the secret may still be tried, and spend no try.
    `PIN: ${triesText(await send(instructions.verify, 0x00, reference))}`,
    `PUK: ${triesText(await send(instructions.resetRetryCounter, 0x00, reference))}`,
    ...(await programLines(card)),
  ];
}

/** None of a card that nobody administers yet, or that does not tell. */
async function programLines(card: Card): Promise<string[]> {
  const domain = new SecurityDomainClient(exclusively(card));
  const status = await domain.status().catch(() => undefined);
  if (!status?.running) return [];
  const { imageVersion, release, problem } = status.running;
  if (problem !== undefined) return [`program: ${release}, as it was made; its image does not run (${problem})`];
  return [`program: ${release}, ${imageVersion === 0 ? 'as it was made' : 'of an image that was loaded'}`];
}

function triesText(status: number): string {
  const left = retriesLeft(status);
  if (left !== undefined && left > 0) return `${left} tries left`;
  if (left === 0 || status === statusWords.authenticationBlocked) return 'blocked';
  if (status === statusWords.referenceDataUnusable) return 'not set';
  if (isDone(status)) return 'verified';
  return statusName(status);
}
