// How the card's PIN stands, which a card tells without being given one (ISO/IEC 7816-4 section 11.5.6).

import { noBytes } from '@vitalseal/protocol';
import { instructions, retriesLeft, sendCommand, statusName, statusWords, UiccError } from '@vitalseal/uicc';
import type { CardUser } from './card-user.ts';

export type PinStanding =
  | { readonly state: 'not-set' | 'given' | 'blocked' }
  | { readonly state: 'wanted'; readonly triesLeft: number };

/** Of the MHA selected on the basic channel. @throws UiccError */
export async function pinStanding(user: CardUser): Promise<PinStanding> {
  const verify = { cla: 0, ins: instructions.verify, p1: 0, p2: 0x01, data: noBytes };
  const { status } = await user.run((transmit) => sendCommand(transmit, verify));
  const triesLeft = retriesLeft(status);
  if (triesLeft !== undefined && triesLeft > 0) return { state: 'wanted', triesLeft };
  if (triesLeft === 0 || status === statusWords.authenticationBlocked) return { state: 'blocked' };
  if (status === statusWords.referenceDataUnusable) return { state: 'not-set' };
  if (status === statusWords.ok || status >> 8 === 0x91) return { state: 'given' };
  throw new UiccError('card-refused', `expected how the PIN stands, not ${statusName(status)}`);
}
