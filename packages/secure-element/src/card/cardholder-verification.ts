// The PIN as the card's layer sees it: three commands of ISO/IEC 7816-4, for every applet that is under the PIN.

import type { Awaitable } from '@vitalseal/protocol';
import { type CommandApdu, instructions, type ResponseApdu } from '@vitalseal/uicc';
import type { AppletSession } from './applet.ts';

export interface CardholderVerification {
  /** @param session of the applet, whose other end the right PIN proves to be the patient's */
  process(command: CommandApdu, session?: AppletSession): Promise<ResponseApdu>;
  reset(): Awaitable<void>;
  /** Called when whoever was present on any channel is so no more: what was meant for them is theirs no longer. */
  whenAllGone(listener: () => void): void;
}

export function isCardholderVerification({ cla, ins }: CommandApdu): boolean {
  if (cla !== 0x00) return false;
  return (
    ins === instructions.verify || ins === instructions.changeReferenceData || ins === instructions.resetRetryCounter
  );
}
