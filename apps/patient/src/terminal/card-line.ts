// The card's contacts (ISO 7816-3): a command there and a response back, in time and well formed, or the card is given up.

import {
  type Bytes,
  type Card,
  type CommandApdu,
  decodeResponse,
  type ResponseApdu,
  sendCommand,
  takesExtendedLengths,
} from '@vitalseal/uicc';
import { PatientError } from '../errors.ts';
import { withinTime } from './within-time.ts';

/** Without an answer for so long a card is as good as gone. */
const mostSilenceMs = 60_000;
/** Whoever closes the terminal does not wait for a card that hangs. */
const mostSilenceAtTheEndMs = 2000;

export class CardLine {
  readonly #card: Card;
  readonly #closing: AbortSignal;
  /** Until the card has refused it. */
  mayFetchInParts = true;

  constructor(card: Card, closing: AbortSignal) {
    this.#card = card;
    this.#closing = closing;
  }

  get takesExtendedLengths(): boolean {
    return takesExtendedLengths(this.#card.atr);
  }

  /** @throws PatientError `card-gone` */
  async reset(): Promise<void> {
    await this.#inTime(this.#card.reset());
    this.mayFetchInParts = true;
  }

  /** @throws PatientError `card-gone`, `card-faulty`, `access-denied` */
  async transmit(apdu: Bytes): Promise<ResponseApdu> {
    const bytes = await this.#inTime(this.#card.transmit(apdu));
    try {
      return decodeResponse(bytes);
    } catch (cause) {
      throw faulty('responses as ISO 7816 has them', cause);
    }
  }

  /** In as many APDUs as the transport needs. @throws PatientError `card-gone`, `card-faulty` */
  async send(command: CommandApdu): Promise<ResponseApdu> {
    try {
      return await sendCommand((apdu) => this.#inTime(this.#card.transmit(apdu)), command);
    } catch (error) {
      throw error instanceof PatientError ? error : faulty('responses as ISO 7816 has them', error);
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const limit = this.#closing.aborted ? mostSilenceAtTheEndMs : mostSilenceMs;
    try {
      return await withinTime(answer, limit, () => new Error('no answer in time'));
    } catch (cause) {
      // The card is there; its rules do not let this program in.
      if (cause instanceof PatientError && cause.code === 'access-denied') throw cause;
      throw new PatientError('card-gone', 'expected a card that answers', { cause });
    }
  }
}

export function faulty(expected: string, cause?: unknown): PatientError {
  return new PatientError('card-faulty', `expected ${expected}`, { cause });
}
