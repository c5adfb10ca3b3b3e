// The card's side of the card application toolkit (ETSI TS 102 223): a session from TERMINAL PROFILE to the next reset.
// Commands of the card wait here until the terminal fetches them; its envelopes go to whoever listens.

import type { Bytes } from '@vitalseal/protocol';
import {
  decodeEnvelope,
  decodeTerminalProfile,
  decodeTerminalResponse,
  type Envelope,
  type ResponseApdu,
  statusResponse,
  statusWords,
  type TerminalProfile,
  type TerminalResponse,
  UiccError,
} from '@vitalseal/uicc';
import type { ToolkitInstruction, ToolkitPort } from '../card/toolkit-port.ts';
import { SecureElementError } from '../errors.ts';
import { type MakeCommand, type ProactiveCommandBody, ProactiveQueue } from './proactive-queue.ts';
import { Settling, type SettlingOptions } from './settling.ts';

export interface ToolkitSessionOptions extends SettlingOptions {
  /** How often the terminal is to ask while it has nothing else to say. Default 10. */
  readonly pollSeconds?: number;
}

export interface ToolkitListener {
  /** A terminal is there: commands may be issued. */
  started?(profile: TerminalProfile): void;
  envelope?(envelope: Envelope): void;
  /** STATUS: the terminal had nothing else to say. */
  polled?(): void;
  /** Reset: nothing that was asked for is answered any more. */
  ended?(): void;
}

const longestShort = 256;

export class ToolkitSession implements ToolkitPort {
  readonly #queue = new ProactiveQueue();
  readonly #settling: Settling;
  readonly #pollSeconds: number;
  readonly #listeners = new Set<ToolkitListener>();
  #profile: TerminalProfile | undefined;
  #longest = longestShort;

  constructor(options: ToolkitSessionOptions) {
    this.#settling = new Settling(options);
    this.#pollSeconds = options.pollSeconds ?? 10;
  }

  /** What the terminal can do; undefined while there is none. */
  get profile(): TerminalProfile | undefined {
    return this.#profile;
  }

  /**
   * Bytes that a proactive command may have. Short APDUs carry 256; a terminal that has asked for more in a FETCH, by an
   * extended length (ISO/IEC 7816-4 section 5.2, as the card's historical bytes offer it) or in parts, takes long commands.
   */
  get longestCommand(): number {
    return this.#longest;
  }

  /** Until it is told to stop, by what it returns or by the signal. */
  listen(listener: ToolkitListener, signal?: AbortSignal): () => void {
    this.#listeners.add(listener);
    const deaf = () => this.#listeners.delete(listener);
    signal?.addEventListener('abort', deaf, { once: true });
    return deaf;
  }

  /**
   * @returns the terminal's response, whatever its result: see `expectPerformed`
   * @throws SecureElementError `toolkit-ended`
   */
  async issue(command: ProactiveCommandBody): Promise<TerminalResponse> {
    const response = await this.issueMade(() => command);
    if (!response) throw ended();
    return response;
  }

  /** The command is made when its turn has come; undefined if there was nothing to ask for then. */
  async issueMade(make: MakeCommand): Promise<TerminalResponse | undefined> {
    if (!this.#profile) throw ended();
    this.stir();
    return await this.#queue.add(make);
  }

  /** Something happened inside the card that may lead to a command: the answer to the terminal waits for it. */
  stir(): void {
    this.#settling.stir();
  }

  /** Work inside the card that needs nothing from the terminal to end: the answer to the terminal waits for it. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.#settling.during(work);
  }

  async command(instruction: ToolkitInstruction, data: Bytes, le = 0): Promise<ResponseApdu> {
    if (instruction === 0x12) this.#longest = Math.max(this.#longest, le);
    try {
      return this.#command(instruction, data);
    } catch (error) {
      if (error instanceof UiccError) return statusResponse(statusWords.wrongData);
      throw error;
    }
  }

  async waiting(): Promise<number | undefined> {
    if (!this.#profile || this.#queue.awaitsResponse) return undefined;
    await this.#settling.quiet();
    const length = this.#queue.next();
    return length && Math.min(longestShort, length);
  }

  reset(): void {
    if (!this.#profile) return;
    this.#profile = undefined;
    this.#longest = longestShort;
    this.#queue.fail(ended());
    for (const listener of [...this.#listeners]) listener.ended?.();
  }

  #command(instruction: ToolkitInstruction, data: Bytes): ResponseApdu {
    switch (instruction) {
      case 0x10:
        this.#start(decodeTerminalProfile(data));
        break;
      case 0x12: {
        const command = this.#queue.fetch();
        return command ? statusResponse(statusWords.ok, command) : statusResponse(statusWords.conditionsNotSatisfied);
      }
      case 0x14: {
        const response = decodeTerminalResponse(data);
        if (!this.#queue.answer(response)) return statusResponse(statusWords.wrongData);
        this.stir();
        break;
      }
      case 0xc2: {
        const envelope = decodeEnvelope(data);
        this.stir();
        for (const listener of [...this.#listeners]) listener.envelope?.(envelope);
        break;
      }
      case 0xf2:
        for (const listener of [...this.#listeners]) listener.polled?.();
        break;
    }
    return statusResponse(statusWords.ok);
  }

  /** A profile that comes again is that of another terminal, as far as the card can know. */
  #start(profile: TerminalProfile): void {
    this.reset();
    this.#profile = profile;
    this.#ask({ type: 'set-up-event-list', events: ['data-available', 'channel-status'] });
    this.#ask({ type: 'poll-interval', seconds: this.#pollSeconds });
    for (const listener of [...this.#listeners]) listener.started?.(profile);
  }

  /** A terminal that cannot is served all the same, as far as it goes. */
  #ask(command: ProactiveCommandBody): void {
    this.issue(command).catch(() => {});
  }
}

function ended(): SecureElementError {
  return new SecureElementError('toolkit-ended', 'expected a terminal that answers until the card is reset');
}
