// Responses cut to what the link takes: the rest is fetched by GET RESPONSE, announced by 61XX (ISO 7816-4, 5.3.4), as on
// a card that speaks T=0. Each logical channel has a rest of its own: it waits for the next command on that channel.

import { logicalChannelOf } from '../apdu/index.ts';
import type { Bytes, Card } from '../card.ts';

const getResponse = 0xc0;
/** CLA of the interindustry class, first and further logical channels, without secure messaging or chaining. */
const isPlainClass = (cla: number) => (cla & 0xfc) === 0 || (cla & 0xf0) === 0x40;

export class ShortResponses implements Card {
  readonly #card: Card;
  readonly #longestData: number;
  /** By logical channel. */
  readonly #rests = new Map<number, Bytes>();

  /** @param longest of a response, its status word included */
  constructor(card: Card, longest: number) {
    this.#card = card;
    this.#longestData = longest - 2;
  }

  get atr(): Bytes {
    return this.#card.atr;
  }

  async reset(): Promise<void> {
    try {
      await this.#card.reset();
    } finally {
      // Behind a command that was still under way.
      this.#rests.clear();
    }
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    const [cla = 0, ins, , , le] = apdu;
    const channel = logicalChannelOf(cla);
    const rest = this.#rests.get(channel);
    if (rest !== undefined && apdu.length === 5 && isPlainClass(cla) && ins === getResponse) {
      return this.#part(channel, rest, le || 256);
    }
    return this.#part(channel, await this.#card.transmit(apdu), this.#longestData);
  }

  /** The beginning of `response`, and the card's own status word once all of its data has gone. */
  #part(channel: number, response: Bytes, asked: number): Bytes {
    const length = Math.min(asked, this.#longestData);
    if (response.length - 2 <= length) {
      this.#rests.delete(channel);
      return response;
    }
    this.#rests.set(channel, response.slice(length));
    const waiting = response.length - length - 2;
    return new Uint8Array([...response.subarray(0, length), 0x61, waiting > 0xff ? 0 : waiting]);
  }
}
