// Command chaining (ISO/IEC 7816-4 section 5.3.3): one command in parts, each but the last marked in its class byte.

import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { type CommandApdu, chaining, statusWords } from '@vitalseal/uicc';
import { RefusedCommand } from './refused-command.ts';

const longestCommand = 0xffff;

export class CommandChain {
  readonly #first: CommandApdu;
  readonly #parts: Bytes[] = [];
  #length = 0;

  constructor(first: CommandApdu) {
    this.#first = first;
  }

  /** @throws RefusedCommand; the chain is then over */
  add(part: CommandApdu): void {
    const { cla, ins, p1, p2 } = this.#first;
    const continues =
      chaining(part.cla, true) === chaining(cla, true) && part.ins === ins && part.p1 === p1 && part.p2 === p2;
    if (!continues) throw this.#over(statusWords.lastOfChainExpected);
    // A part without data counts too, or there could be any number of them.
    this.#length += Math.max(part.data.length, 1);
    if (this.#length > longestCommand) throw this.#over(statusWords.wrongLength);
    this.#parts.push(part.data);
  }

  /** @param last the part that ended it, already added */
  joined(last: CommandApdu): CommandApdu {
    const data = concatBytes(...this.#parts);
    this.wipe();
    return { ...last, cla: chaining(last.cla, false), data };
  }

  /** A PIN may be in it. */
  wipe(): void {
    for (const part of this.#parts.splice(0)) part.fill(0);
  }

  #over(status: number): RefusedCommand {
    this.wipe();
    return new RefusedCommand(status);
  }
}
