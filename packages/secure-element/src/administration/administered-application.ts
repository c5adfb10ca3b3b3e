// What a script can be for (X-Admin-Targeted-Application): an application of the card, as the hospital reaches it.

import type { Bytes } from '@vitalseal/protocol';
import type { CommandApdu, ResponseApdu } from '@vitalseal/uicc';
import type { Transaction } from '../storage/transaction.ts';
import type { DomainChange } from './security-domain.ts';

export interface Executed {
  readonly response: ResponseApdu;
  /** Of the security domain's state; in one commit with the command's place in its script. */
  readonly change?: DomainChange;
  /** Of the security domain's store; in the same commit. */
  readonly along?: Transaction;
}

export interface AdministeredApplication {
  readonly aid: Bytes;
  /**
   * Whether the command may be done again when the power was lost before it was known to be done: one that leaves the
   * same behind, and answers the same. Of any other it is noted first that it was begun.
   */
  repeatable(command: CommandApdu): boolean;
  /** @throws RefusedCommand, or an error that `statusOfRefusal` knows */
  execute(command: CommandApdu): Promise<Executed>;
}
