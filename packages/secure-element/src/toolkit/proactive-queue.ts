// Proactive commands on their way to the terminal (ETSI TS 102 223, clause 6): one outstanding, the others behind it. A
// command is made when its turn comes, so that it says what is true then: a SEND DATA takes along all that was written
// meanwhile.

import type { Bytes } from '@vitalseal/protocol';
import { commandDetails, encodeProactiveCommand, type ProactiveCommand, type TerminalResponse } from '@vitalseal/uicc';

type WithoutNumber<Command> = Command extends unknown ? Omit<Command, 'number'> : never;

/** A command before it has its number. */
export type ProactiveCommandBody = WithoutNumber<ProactiveCommand>;

/** @returns undefined where there is nothing to ask for any more */
export type MakeCommand = () => ProactiveCommandBody | undefined;

interface Waiting {
  readonly make: MakeCommand;
  readonly answered: PromiseWithResolvers<TerminalResponse | undefined>;
}

interface Outstanding extends Waiting {
  readonly command: ProactiveCommand;
  readonly encoded: Bytes;
  fetched: boolean;
}

export class ProactiveQueue {
  readonly #waiting: Waiting[] = [];
  #outstanding: Outstanding | undefined;
  #number = 0;

  /** @returns the terminal's response; undefined where `make` had nothing to ask for */
  add(make: MakeCommand): Promise<TerminalResponse | undefined> {
    const answered = Promise.withResolvers<TerminalResponse | undefined>();
    this.#waiting.push({ make, answered });
    return answered.promise;
  }

  /** A command was fetched, and the terminal has not said yet what became of it. */
  get awaitsResponse(): boolean {
    return this.#outstanding?.fetched === true;
  }

  /** @returns length of the command that the terminal may fetch now */
  next(): number | undefined {
    while (!this.#outstanding) {
      const waiting = this.#waiting.shift();
      if (!waiting) return undefined;
      this.#outstanding = this.#make(waiting);
    }
    return this.#outstanding.fetched ? undefined : this.#outstanding.encoded.length;
  }

  fetch(): Bytes | undefined {
    if (!this.#outstanding || this.#outstanding.fetched) return undefined;
    this.#outstanding.fetched = true;
    return this.#outstanding.encoded;
  }

  /** @returns whether it answers the command that was fetched; nothing changes where it does not */
  answer(response: TerminalResponse): boolean {
    const outstanding = this.#outstanding;
    if (!outstanding?.fetched) return false;
    const { number, commandType } = commandDetails(outstanding.command);
    if (response.number !== number || response.commandType !== commandType) return false;
    this.#outstanding = undefined;
    outstanding.answered.resolve(response);
    return true;
  }

  /** The session with the terminal is over. */
  fail(error: Error): void {
    const unanswered = this.#outstanding ? [this.#outstanding, ...this.#waiting] : [...this.#waiting];
    this.#outstanding = undefined;
    this.#waiting.length = 0;
    for (const { answered } of unanswered) answered.reject(error);
  }

  #make(waiting: Waiting): Outstanding | undefined {
    try {
      const body = waiting.make();
      if (!body) {
        waiting.answered.resolve(undefined);
        return undefined;
      }
      const number = (this.#number % 254) + 1;
      const command = { ...body, number } as ProactiveCommand;
      const outstanding = { ...waiting, command, encoded: encodeProactiveCommand(command), fetched: false };
      this.#number = number;
      return outstanding;
    } catch (error) {
      waiting.answered.reject(error);
      return undefined;
    }
  }
}
