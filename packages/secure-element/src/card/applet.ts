// What an application in the card is to the card's operating layer (ISO/IEC 7816-4, GlobalPlatform Card Specification).

import type { Awaitable, Bytes } from '@vitalseal/protocol';
import type { CommandApdu, ResponseApdu } from '@vitalseal/uicc';

/**
 * A selection of an applet on one logical channel. It is thrown away at reset, at the next SELECT and on closing; what
 * belongs to it is kept in a WeakMap under it.
 */
export type AppletSession = object;

export interface Applet {
  /** Application identifier, 5 to 16 bytes. */
  readonly aid: Bytes;
  /** True where VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER go to the card's PIN, not to the applet. */
  readonly underPin?: boolean;
  /** False for an applet that is locked or terminated: SELECT answers 6A82 as if it were not there. */
  selectable?(): Awaitable<boolean>;
  /** @returns what its FCI template says besides the name: the content of A5, empty if nothing */
  select(): Awaitable<Bytes>;
  /**
   * One command at a time. The card's layer has joined a chain, taken the channel out of CLA, and follows with 61XX if
   * the answer is longer than the terminal takes. The state of a session belongs in a WeakMap under `session`.
   * What is thrown becomes 6F00: answer the status word that fits instead.
   */
  process(command: CommandApdu, session: AppletSession): Promise<ResponseApdu>;
  /** Another command than the applet's was done in its session: what it told of the last one holds no more. */
  overtaken?(session: AppletSession): void;
  /** After a reset or loss of power: forget what a real card would forget. */
  reset?(): Awaitable<void>;
}
