// The card application toolkit (ETSI TS 102 223) as the card's layer sees it: five commands in class 80, and whether a
// proactive command waits.

import type { Awaitable, Bytes } from '@vitalseal/protocol';
import type { ResponseApdu } from '@vitalseal/uicc';

/** TERMINAL PROFILE, FETCH, TERMINAL RESPONSE, ENVELOPE, STATUS. */
export type ToolkitInstruction = 0x10 | 0x12 | 0x14 | 0xc2 | 0xf2;

export interface ToolkitPort {
  /** @param le what the terminal takes at most, in one APDU or in parts: over 256 of a FETCH, it takes long commands */
  command(instruction: ToolkitInstruction, data: Bytes, le?: number): Promise<ResponseApdu>;
  /**
   * Asked after each command that went well, once what it set going has settled.
   * @returns length of the proactive command that waits, 256 for any longer one: 91XX is then answered in place of 9000
   */
  waiting(): Promise<number | undefined>;
  reset(): Awaitable<void>;
}
