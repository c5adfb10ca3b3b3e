// The terminal of ETSI TS 102 221 and TS 102 223: the phone's side of any card. It carries APDUs one at a time, does what
// the card asks for (91XX: FETCH, the deed, TERMINAL RESPONSE) before the next command goes out, and tells the card what
// happens by ENVELOPE. Everything a card says is checked: a hostile one gets errors, and the phone goes on.

import { CommandQueue } from '@vitalseal/secure-element/terminal';
import {
  type Bytes,
  type Card,
  encodeCommand,
  encodeResponse,
  encodeTerminalProfile,
  type ProactiveCommandType,
  proactiveCommandWaiting,
  statusWords,
  type Transmit,
  UiccError,
} from '@vitalseal/uicc';
import { codeOf, needsAPerson, PatientError } from '../errors.ts';
import { CardLine } from './card-line.ts';
import { Equipment, type PhoneSenses, type Told } from './equipment.ts';
import { keepTrying } from './keep-trying.ts';
import { ourProfile } from './our-profile.ts';
import { serve } from './serve.ts';
import { toolkitCommand } from './toolkit-command.ts';

export type TerminalState =
  | { readonly state: 'off' }
  | { readonly state: 'ready' }
  /** It could not be prepared, and what it asks for is done all the same: its hospital may be the one to unlock or end it. */
  | { readonly state: 'unprepared'; readonly code: string; readonly since: number }
  /** The card is gone, or has failed; it is tried again unless a person has to act first. */
  | { readonly state: 'away'; readonly code: string; readonly since: number };

export interface TerminalOptions {
  readonly card: Card;
  readonly senses: PhoneSenses;
  /**
   * After each reset and before anything else: select, verify. Tried again when it fails, without another reset where the
   * card has refused (`card-refused`), and not at all where a person has to act first.
   */
  readonly prepare?: (transmit: Transmit) => Promise<void>;
  /** The card has been served what it asked for, in this order; it may have news. */
  readonly served?: (commands: readonly ProactiveCommandType[]) => void;
  readonly changed?: (state: TerminalState) => void;
  readonly retry?: { readonly firstMs: number; readonly mostMs: number };
}

export class Terminal {
  readonly #options: TerminalOptions;
  readonly #queue = new CommandQueue();
  readonly #equipment: Equipment;
  readonly #closing = new AbortController();
  readonly #line: CardLine;
  #state: TerminalState = { state: 'off' };
  #recovery: Promise<void> | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#line = new CardLine(options.card, this.#closing.signal);
    this.#equipment = new Equipment(options.senses, (make) => this.#tell(make));
  }

  get state(): TerminalState {
    return this.#state;
  }

  /** Where the card may open channels to; the phone adds the hosts it was told of. */
  get reachable(): Equipment['channels']['reachable'] {
    return this.#equipment.channels.reachable;
  }

  /** @throws PatientError `card-gone`, `card-faulty`, and whatever the preparation throws */
  start(): Promise<void> {
    return this.#queue.run(() => this.#boot());
  }

  /** The card for one errand of one or more APDUs; nothing comes between them. @throws PatientError `card-gone` */
  run<T>(errand: (transmit: Transmit) => Promise<T>): Promise<T> {
    return this.#run(errand, () => this.#state.state === 'ready');
  }

  /** For errands that need nothing of the preparation. @throws PatientError `card-gone` */
  runUnprepared<T>(errand: (transmit: Transmit) => Promise<T>): Promise<T> {
    return this.#run(errand, () => this.#isServed);
  }

  #run<T>(errand: (transmit: Transmit) => Promise<T>, isPossible: () => boolean): Promise<T> {
    return this.#queue.run(() => {
      if (!isPossible()) {
        throw new PatientError('card-gone', 'expected a card that answers', { cause: this.#state });
      }
      return errand((apdu) => this.#exchange(apdu));
    });
  }

  /** The card answers, and not as one that was prepared: it is reset, and prepared again. */
  startAgain(): void {
    if (this.#state.state === 'ready') this.#lose(new PatientError('card-gone', 'expected a card that was prepared'));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#recovery;
    await this.#queue.run(async () => {
      this.#state = { state: 'off' };
      this.#equipment.forget();
    });
  }

  async #boot(): Promise<void> {
    this.#equipment.forget();
    this.#state = { state: 'off' };
    await this.#orLose(this.#line.reset());
    await this.#exchange(encodeCommand(toolkitCommand('terminalProfile', encodeTerminalProfile(ourProfile))));
    this.#equipment.poll();
    await this.#prepare();
  }

  async #prepare(): Promise<void> {
    try {
      await this.#options.prepare?.((apdu) => this.#exchange(apdu));
      this.#become({ state: 'ready' });
    } catch (error) {
      // Whoever starts it is told; what the card asks for is done until it is closed, or gone.
      if (this.#state.state !== 'away') this.#becomeUnprepared(codeOf(error));
      if (isRefusal(error)) this.#recover();
      throw error;
    }
  }

  #becomeUnprepared(code: string): void {
    if (this.#state.state === 'unprepared' && this.#state.code === code) return;
    this.#become({ state: 'unprepared', code, since: Date.now() });
  }

  get #isServed(): boolean {
    return this.#state.state === 'ready' || this.#state.state === 'unprepared';
  }

  #again(): Promise<void> {
    const { state } = this;
    const isThere = state.state === 'unprepared' && state.code === refusal;
    return isThere ? this.#queue.run(() => this.#prepare()) : this.start();
  }

  /** One command, and what the card asked for because of it. @returns its response, with 9000 in place of 91XX */
  async #exchange(apdu: Bytes): Promise<Bytes> {
    if (this.#state.state === 'away') throw new PatientError('card-gone', 'expected a card that answers');
    const response = await this.#orLose(this.#line.transmit(apdu));
    if (proactiveCommandWaiting(response.status) === undefined) return encodeResponse(response);
    const served = await this.#orLose(serve(this.#line, this.#equipment, response.status));
    this.#options.served?.(served);
    return encodeResponse({ data: response.data, status: statusWords.ok });
  }

  async #orLose<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw error instanceof PatientError && error.code.startsWith('card-') ? this.#lose(error) : error;
    }
  }

  /** What the card knew of channels and timers is over; it is asked back. */
  #lose(error: PatientError): PatientError {
    if (this.#state.state === 'away') return error;
    const wasReady = this.#state.state === 'ready';
    this.#equipment.forget();
    this.#become({ state: 'away', code: error.code, since: Date.now() });
    // A start that fails is told to whoever starts.
    if (wasReady) this.#recover();
    return error;
  }

  #recover(): void {
    this.#recovery ??= this.#bringBack();
  }

  async #bringBack(): Promise<void> {
    const { retry = { firstMs: 100, mostMs: 2000 } } = this.#options;
    const { signal } = this.#closing;
    let error: unknown;
    do {
      error = await keepTrying(() => this.#again(), { ...retry, signal, isFinal: needsAPerson });
      // It may be lost again before anybody heard that it was back.
    } while (!error && this.#state.state === 'away' && !signal.aborted);
    this.#recovery = undefined;
  }

  /** An ENVELOPE or STATUS of the terminal's own accord. */
  #tell(make: () => Told | undefined): void {
    const telling = this.#queue.run(async () => {
      const told = this.#isServed ? make() : undefined;
      if (told) await this.#exchange(encodeCommand(toolkitCommand(told.ins, told.data)));
    });
    // Whatever went wrong has changed the state already.
    telling.catch(() => {});
  }

  #become(state: TerminalState): void {
    this.#state = state;
    this.#options.changed?.(state);
  }
}

/** Of UiccError: the card is there, and does not do what the preparation asks of it. */
const refusal = 'card-refused';

function isRefusal(error: unknown): boolean {
  return error instanceof UiccError && error.code === refusal;
}
