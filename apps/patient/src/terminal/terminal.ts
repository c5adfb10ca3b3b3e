// The terminal of ETSI TS 102 221 and TS 102 223: the phone's side of any card. It carries APDUs one at a time, does what
// the card asks for (91XX: FETCH, the deed, TERMINAL RESPONSE) before the next command goes out, and tells the card what
// happens by ENVELOPE. Everything a card says is checked: a hostile one gets errors, and the phone goes on.

import {
  type Bytes,
  type Card,
  type CommandApdu,
  decodeResponse,
  encodeCommand,
  encodeResponse,
  encodeTerminalProfile,
  instructions,
  type ProactiveCommandType,
  proactiveCommandWaiting,
  type ResponseApdu,
  sendCommand,
  statusWords,
  type Transmit,
  takesExtendedLengths,
} from '@vitalseal/uicc';
import { codeOf, needsAPerson, PatientError } from '../errors.ts';
import { ApduQueue } from './apdu-queue.ts';
import { Equipment, type PhoneSenses, type Told } from './equipment.ts';
import { execute } from './execute.ts';
import { keepTrying } from './keep-trying.ts';
import { ourProfile } from './our-profile.ts';
import { withinTime } from './within-time.ts';

export type TerminalState =
  | { readonly state: 'off' }
  | { readonly state: 'ready' }
  /** The card is gone, or has failed; it is tried again unless a person has to act first. */
  | { readonly state: 'away'; readonly code: string; readonly since: number };

export interface TerminalOptions {
  readonly card: Card;
  readonly senses: PhoneSenses;
  /** After each reset and before anything else: select, verify. What it throws with `final` is not tried again. */
  readonly prepare?: (transmit: Transmit) => Promise<void>;
  /** The card has been served what it asked for, in this order; it may have news. */
  readonly served?: (commands: readonly ProactiveCommandType[]) => void;
  readonly changed?: (state: TerminalState) => void;
  readonly retry?: { readonly firstMs: number; readonly mostMs: number };
}

/** Without an answer for so long a card is as good as gone. */
const mostSilenceMs = 60_000;
/** Proactive commands in a row, with no end: no errand of an honest card takes so many. */
const mostInARow = 20_000;
const toolkitClass = 0x80;
/** Le of an extended FETCH: whatever there is. */
const mostFetched = 0x10000;

export class Terminal {
  readonly #options: TerminalOptions;
  readonly #queue = new ApduQueue();
  readonly #equipment: Equipment;
  readonly #closing = new AbortController();
  #state: TerminalState = { state: 'off' };
  #recovery: Promise<void> | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
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
    return this.#queue.run(() => {
      if (this.#state.state !== 'ready') {
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
    await this.#expectAnswer(this.#options.card.reset());
    const profile = encodeTerminalProfile(ourProfile);
    await this.#exchange(encodeCommand(toolkitCommand('terminalProfile', profile)));
    await this.#options.prepare?.((apdu) => this.#exchange(apdu));
    this.#equipment.poll();
    this.#become({ state: 'ready' });
  }

  /** One command, and what the card asked for because of it. @returns its response, with 9000 in place of 91XX */
  async #exchange(apdu: Bytes): Promise<Bytes> {
    const response = await this.#transmit(apdu);
    if (proactiveCommandWaiting(response.status) === undefined) return encodeResponse(response);
    await this.#serve(response.status);
    return encodeResponse({ data: response.data, status: statusWords.ok });
  }

  async #serve(told: number): Promise<void> {
    let status = told;
    const served: ProactiveCommandType[] = [];
    for (;;) {
      const waiting = proactiveCommandWaiting(status);
      if (waiting === undefined) break;
      if (served.length >= mostInARow) throw this.#lose(faulty('a card that comes to an end of what it asks for'));
      // Where the card offers extended lengths, this says that long commands are welcome: fewer of them carry more.
      const le = takesExtendedLengths(this.#options.card.atr) ? mostFetched : waiting;
      const fetched = await this.#send({ ...toolkitCommand('fetch', new Uint8Array(0)), le });
      if (fetched.status !== statusWords.ok) break;
      const { type, response } = await execute(this.#equipment, fetched.data);
      served.push(type);
      ({ status } = await this.#send(toolkitCommand('terminalResponse', response)));
    }
    this.#options.served?.(served);
  }

  async #send(command: CommandApdu): Promise<ResponseApdu> {
    try {
      return await sendCommand(async (apdu) => encodeResponse(await this.#transmit(apdu)), command);
    } catch (error) {
      throw error instanceof PatientError ? error : this.#lose(faulty('responses as ISO 7816 has them', error));
    }
  }

  async #transmit(apdu: Bytes): Promise<ResponseApdu> {
    if (this.#state.state === 'away') throw new PatientError('card-gone', 'expected a card that answers');
    const bytes = await this.#expectAnswer(this.#options.card.transmit(apdu));
    try {
      return decodeResponse(bytes);
    } catch (error) {
      throw this.#lose(faulty('responses as ISO 7816 has them', error));
    }
  }

  async #expectAnswer<T>(answer: Promise<T>): Promise<T> {
    try {
      return await withinTime(answer, mostSilenceMs, () => new Error('no answer in time'));
    } catch (cause) {
      // The card is there; its rules do not let this program in.
      if (cause instanceof PatientError && cause.code === 'access-denied') throw cause;
      throw this.#lose(new PatientError('card-gone', 'expected a card that answers', { cause }));
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
    const { retry = { firstMs: 100, mostMs: 2000 } } = this.#options;
    const trying = { ...retry, signal: this.#closing.signal, isFinal: needsAPerson };
    this.#recovery ??= keepTrying(() => this.start(), trying).then((error) => {
      this.#recovery = undefined;
      if (error) this.#become({ state: 'away', code: codeOf(error), since: Date.now() });
    });
  }

  /** An ENVELOPE or STATUS of the terminal's own accord. */
  #tell(make: () => Told | undefined): void {
    const telling = this.#queue.run(async () => {
      const told = this.#state.state === 'ready' ? make() : undefined;
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

function toolkitCommand(ins: 'terminalProfile' | 'fetch' | 'terminalResponse' | 'envelope' | 'status', data: Bytes) {
  return { cla: toolkitClass, ins: instructions[ins], p1: 0, p2: ins === 'status' ? 0x0c : 0, data };
}

function faulty(expected: string, cause?: unknown): PatientError {
  return new PatientError('card-faulty', `expected ${expected}`, { cause });
}
