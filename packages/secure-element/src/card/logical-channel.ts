// A logical channel (ISO/IEC 7816-4 section 12.4): what is selected on it, and what a command left half done.

import type { CommandApdu, ResponseApdu } from '@vitalseal/uicc';
import type { Applet, AppletSession } from './applet.ts';
import type { CommandChain } from './command-chain.ts';

export interface Selection {
  readonly applet: Applet;
  readonly session: AppletSession;
  /** Whether the application was under the card's PIN when it was selected. */
  readonly underPin: boolean;
  /** Content of A5 in its FCI. */
  readonly proprietary: Uint8Array;
}

/** A response that is still to be fetched, whole (T=0's 6CXX) or in part (61XX). */
export interface HeldResponse {
  readonly response: ResponseApdu;
  /** Set where the same command with the right Le gets it. */
  readonly command?: CommandApdu;
}

export class LogicalChannel {
  readonly number: number;
  selection: Selection | undefined;
  chain: CommandChain | undefined;
  held: HeldResponse | undefined;

  constructor(number: number) {
    this.number = number;
  }

  /** What a command left half done. */
  forget(): void {
    this.held = undefined;
    this.chain?.wipe();
    this.chain = undefined;
  }
}
