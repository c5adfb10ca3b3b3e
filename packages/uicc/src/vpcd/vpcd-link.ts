// vpcd's protocol, on the card's side: a message is its length in two bytes, high byte first, and its content. One byte
// is a control of the reader, more is a command APDU (vsmartcard's vpcd.h).
//
// vpcd sends length and content apart and leaves Nagle's algorithm on (3.3 and later), so the content waits for our
// delayed acknowledgement: some 40 ms for each command. A byte of ours carries that acknowledgement at once. We owe the
// reader one in any case: the high byte of the next answer's length, which is 0 as long as none is over 255 bytes.

import type { Socket } from 'node:net';
import type { Card } from '../card.ts';

/** Of an answer, ATR or response APDU, so that the high byte of its length is known ahead. */
export const longestAnswer = 255;

const controls = { powerOff: 0, powerOn: 1, reset: 2, answerToReset: 4 } as const;

const hangUpPatienceMs = 1000;

export interface ReaderEvents {
  /** The reader has found the card: it asks for its answer to reset from then on, several times a second. */
  readonly found: () => void;
  /** The reader gave the card power. */
  readonly powered: () => void;
  /** The card itself failed, and was taken out. */
  readonly cardFailed: (cause: unknown) => void;
}

/** A connection to the reader, and the card at its end. */
export class VpcdLink {
  readonly #socket: Socket;
  readonly #card: Card;
  readonly #events: ReaderEvents;
  #received: Buffer = Buffer.alloc(0);
  #highByteSent = false;
  #last: Promise<void> = Promise.resolve();

  constructor(socket: Socket, card: Card, events: ReaderEvents) {
    this.#socket = socket;
    this.#card = card;
    this.#events = events;
    socket.on('data', this.#take);
  }

  /**
   * Takes the card out. A link that ends behind a lone high byte makes vpcd 3.3 copy from nowhere and takes pcscd down;
   * so an answer of no bytes is made of it, on which the reader hangs up.
   */
  takeOut(): void {
    this.#socket.off('data', this.#take).resume();
    if (this.#highByteSent) this.#socket.write(Uint8Array.of(0));
    this.#highByteSent = false;
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), hangUpPatienceMs).unref();
  }

  readonly #take = (chunk: Buffer): void => {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 2) {
      const end = 2 + this.#received.readUInt16BE(0);
      if (this.#received.length < end) {
        this.#acknowledge();
        return;
      }
      const message = new Uint8Array(this.#received.subarray(2, end));
      this.#received = this.#received.subarray(end);
      this.#last = this.#last
        .then(() => this.#serve(message))
        .catch((cause: unknown) => {
          this.takeOut();
          this.#events.cardFailed(cause);
        });
    }
  };

  #acknowledge(): void {
    if (!this.#highByteSent) this.#socket.write(Uint8Array.of(0));
    this.#highByteSent = true;
  }

  async #serve(message: Uint8Array<ArrayBuffer>): Promise<void> {
    if (message.length > 1) return this.#answer(await this.#card.transmit(message));
    const [control] = message;
    if (control === controls.answerToReset) {
      this.#events.found();
      this.#answer(this.#card.atr);
    }
    if (control === controls.powerOff || control === controls.powerOn || control === controls.reset) {
      await this.#card.reset();
    }
    if (control === controls.powerOn) this.#events.powered();
  }

  #answer(content: Uint8Array): void {
    if (content.length > longestAnswer) throw new RangeError(`expected an answer of ${longestAnswer} bytes at most`);
    if (!this.#socket.writable) return;
    this.#socket.write(Buffer.from([...(this.#highByteSent ? [] : [0]), content.length, ...content]));
    this.#highByteSent = false;
  }
}
