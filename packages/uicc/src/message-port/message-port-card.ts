// The card at the other end of a MessagePort.

import type { Bytes, Card } from '../card.ts';
import { UiccError } from '../errors.ts';
import { type CardPort, listen } from './card-port.ts';
import { type Answer, parseAnswer, type Request } from './messages.ts';

export interface MessagePortCard extends Card {
  close(): void;
}

export interface MessagePortCardOptions {
  /** How long the card may take to be there, and for one answer: Chromium tells no end of a Worker. */
  readonly timeoutMs?: number;
}

/** @throws UiccError `card-gone` when no card answers in time, or the port closes first */
export async function openMessagePortCard(
  port: CardPort,
  { timeoutMs = 30_000 }: MessagePortCardOptions = {},
): Promise<MessagePortCard> {
  const card = new CardAtPort(port, timeoutMs);
  await card.inserted;
  return card;
}

type Numbered = Extract<Answer, { number: number }>;

class CardAtPort implements MessagePortCard {
  readonly #port: CardPort;
  readonly #timeoutMs: number;
  readonly #inserted = Promise.withResolvers<void>();
  readonly #waiting = new Map<number, PromiseWithResolvers<Numbered>>();
  #count = 0;
  #end: UiccError | undefined;
  atr: Bytes = new Uint8Array();

  constructor(port: CardPort, timeoutMs: number) {
    this.#port = port;
    this.#timeoutMs = timeoutMs;
    listen(
      port,
      (message) => this.#take(message),
      () => this.#fail(gone('to stay')),
    );
  }

  get inserted(): Promise<void> {
    return this.#inTime(this.#inserted.promise);
  }

  async reset(): Promise<void> {
    const answer = await this.#ask((number) => ({ kind: 'reset', number }));
    if (answer.kind === 'reset') this.atr = answer.atr;
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    const answer = await this.#ask((number) => ({ kind: 'transmit', number, apdu }));
    if (answer.kind !== 'response') throw this.#fail(malformed());
    return answer.apdu;
  }

  close(): void {
    this.#fail(gone('to be open still'));
  }

  async #ask(request: (number: number) => Request): Promise<Numbered> {
    if (this.#end !== undefined) throw this.#end;
    const number = this.#count++;
    const answer = Promise.withResolvers<Numbered>();
    this.#waiting.set(number, answer);
    this.#port.postMessage(request(number));
    return await this.#inTime(answer.promise);
  }

  async #inTime<T>(promise: Promise<T>): Promise<T> {
    const late = setTimeout(() => this.#fail(gone(`to answer within ${this.#timeoutMs} ms`)), this.#timeoutMs);
    try {
      return await promise;
    } finally {
      clearTimeout(late);
    }
  }

  #take(message: unknown): void {
    let answer: Answer;
    try {
      answer = parseAnswer(message);
    } catch (error) {
      this.#fail(error instanceof UiccError ? error : malformed());
      return;
    }
    if (answer.kind === 'inserted') {
      this.atr = answer.atr;
      this.#inserted.resolve();
    } else if (answer.kind === 'gone') {
      this.#fail(gone('to stay'));
    } else {
      const waiting = this.#waiting.get(answer.number);
      this.#waiting.delete(answer.number);
      if (waiting === undefined) this.#fail(malformed());
      else waiting.resolve(answer);
    }
  }

  /** The end of it, once: whoever waits is told, and whoever asks later. */
  #fail(reason: UiccError): UiccError {
    if (this.#end !== undefined) return this.#end;
    this.#end = reason;
    this.#port.close();
    this.#inserted.promise.catch(() => undefined);
    this.#inserted.reject(reason);
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
    return reason;
  }
}

function gone(expected: string): UiccError {
  return new UiccError('card-gone', `expected the card behind the port ${expected}`);
}

function malformed(): UiccError {
  return new UiccError('card-message-malformed', 'expected an answer to what was asked');
}
