// GET DATA of the card itself (ISO/IEC 7816-4 section 11.4.3); of an application, its applet answers.

import type { Bytes } from '@vitalseal/protocol';
import type { CommandApdu } from '@vitalseal/uicc';
import { historicalBytes } from './answer-to-reset.ts';
import type { TransmissionProtocol } from './transmission.ts';

const answerToResetTag = 0x5f51;
const historicalBytesTag = 0x5f52;

/** @returns undefined for what is not the card's */
export function cardData({ p1, p2 }: CommandApdu, atr: Bytes, protocol: TransmissionProtocol): Bytes | undefined {
  const tag = (p1 << 8) | p2;
  if (tag === answerToResetTag) return atr;
  if (tag === historicalBytesTag) return historicalBytes(protocol);
  return undefined;
}
