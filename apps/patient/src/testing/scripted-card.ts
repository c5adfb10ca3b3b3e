// A card for tests of the terminal: it asks for what the test tells it to, well formed or not, and keeps what it hears.

import {
  type Bytes,
  type Card,
  type CommandApdu,
  decodeCommand,
  decodeEnvelope,
  decodeTerminalResponse,
  type Envelope,
  encodeProactiveCommand,
  encodeResponse,
  instructions,
  type ProactiveCommand,
  type TerminalResponse,
  UiccError,
} from '@vitalseal/uicc';

type WithoutNumber<Command> = Command extends unknown ? Omit<Command, 'number'> : never;
/** A proactive command; the card numbers it. */
export type Asked = WithoutNumber<ProactiveCommand>;

const noData = new Uint8Array(0);

export class ScriptedCard implements Card {
  readonly atr = Uint8Array.of(0x3b, 0x00);
  readonly heard: CommandApdu[] = [];
  readonly responses: TerminalResponse[] = [];
  readonly envelopes: Envelope[] = [];
  /** In a reader; out of it nothing is answered. */
  inserted = true;
  resets = 0;
  /** Answers in place of the card, where it gives an answer. */
  instead: ((command: CommandApdu) => Bytes | undefined) | undefined;
  #waiting: Bytes[] = [];
  #number = 0;
  #answered: PromiseWithResolvers<TerminalResponse>[] = [];
  #changed = Promise.withResolvers<void>();

  /** What the next command's answer announces. @returns the terminal's response to it */
  ask(command: Asked): Promise<TerminalResponse> {
    this.#number = (this.#number % 254) + 1;
    const answered = Promise.withResolvers<TerminalResponse>();
    this.#answered.push(answered);
    this.askRaw(encodeProactiveCommand({ ...command, number: this.#number } as ProactiveCommand));
    return answered.promise;
  }

  askRaw(bytes: Bytes): void {
    this.#waiting.push(bytes);
  }

  async until(condition: (card: this) => boolean): Promise<void> {
    while (!condition(this)) await this.#changed.promise;
  }

  async reset(): Promise<void> {
    this.#expectInserted();
    this.resets += 1;
    this.#waiting = [];
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    this.#expectInserted();
    const command = decodeCommand(apdu);
    this.heard.push(command);
    const answer = this.instead?.(command) ?? this.#answer(command);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    return answer;
  }

  #answer({ ins, data }: CommandApdu): Bytes {
    if (ins === instructions.fetch) return encodeResponse({ data: this.#waiting.shift() ?? noData, status: 0x9000 });
    if (ins === instructions.terminalResponse) {
      const response = decodeTerminalResponse(data);
      this.responses.push(response);
      this.#answered.shift()?.resolve(response);
    }
    if (ins === instructions.envelope) this.envelopes.push(decodeEnvelope(data));
    const [next] = this.#waiting;
    return encodeResponse({ data: noData, status: next ? 0x9100 | (next.length & 0xff) : 0x9000 });
  }

  #expectInserted(): void {
    if (!this.inserted) throw new UiccError('card-gone', 'expected a card in the reader');
  }
}
