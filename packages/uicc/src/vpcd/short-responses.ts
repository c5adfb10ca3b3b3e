// Responses cut to what the link takes: the rest is fetched by GET RESPONSE, announced by 61XX (ISO 7816-4, 5.3.4), as on
// a card that speaks T=0.

import type { Bytes, Card } from '../card.ts';

const getResponse = 0xc0;
/** CLA of the interindustry class, first and further logical channels, without secure messaging or chaining. */
const isPlainClass = (cla: number) => (cla & 0xfc) === 0 || (cla & 0xf0) === 0x40;

export class ShortResponses implements Card {
  readonly #card: Card;
  readonly #longestData: number;
  #rest: Bytes = new Uint8Array();

  /** @param longest of a response, its status word included */
  constructor(card: Card, longest: number) {
    this.#card = card;
    this.#longestData = longest - 2;
  }

  get atr(): Bytes {
    return this.#card.atr;
  }

  reset(): Promise<void> {
    this.#rest = new Uint8Array();
    return this.#card.reset();
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    if (this.#rest.length > 0 && apdu.length === 5 && isPlainClass(apdu[0] ?? 0) && apdu[1] === getResponse) {
      return this.#part(this.#rest, apdu[4] || 256);
    }
    const response = await this.#card.transmit(apdu);
    return this.#part(response, this.#longestData);
  }

  /** The beginning of `response`, and the card's own status word once all of its data has gone. */
  #part(response: Bytes, asked: number): Bytes {
    const length = Math.min(asked, this.#longestData);
    if (response.length - 2 <= length) {
      this.#rest = new Uint8Array();
      return response;
    }
    this.#rest = response.slice(length);
    const waiting = this.#rest.length - 2;
    return new Uint8Array([...response.subarray(0, length), 0x61, waiting > 0xff ? 0 : waiting]);
  }
}
