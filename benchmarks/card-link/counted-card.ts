// A card whose link is counted: APDUs and bytes of commands and responses, those of the toolkit apart from those of the
// phone's own errands (a reading handed in, reports fetched).
import type { Bytes, Card } from '@vitalseal/uicc';

export interface LinkUse {
  readonly apdus: number;
  readonly bytes: number;
}

/** TERMINAL PROFILE, FETCH, TERMINAL RESPONSE, ENVELOPE, STATUS. */
const toolkitInstructions = new Set([0x10, 0x12, 0x14, 0xc2, 0xf2]);
const getResponse = 0xc0;

export class CountedCard implements Card {
  readonly #card: Card;
  #toolkit = { apdus: 0, bytes: 0 };
  #errands = { apdus: 0, bytes: 0 };
  #ofToolkit = false;

  constructor(card: Card) {
    this.#card = card;
  }

  get atr(): Bytes {
    return this.#card.atr;
  }

  reset(): Promise<void> {
    return this.#card.reset();
  }

  async transmit(apdu: Bytes): Promise<Bytes> {
    const response = await this.#card.transmit(apdu);
    const [cla = 0, ins = 0] = apdu;
    if (ins !== getResponse) this.#ofToolkit = cla === 0x80 && toolkitInstructions.has(ins);
    const counted = this.#ofToolkit ? this.#toolkit : this.#errands;
    counted.apdus += 1;
    counted.bytes += apdu.length + response.length;
    return response;
  }

  /** Since the last time: what carried the POST. */
  takeToolkit(): LinkUse {
    const use = this.#toolkit;
    this.#toolkit = { apdus: 0, bytes: 0 };
    return use;
  }

  takeErrands(): LinkUse {
    const use = this.#errands;
    this.#errands = { apdus: 0, bytes: 0 };
    return use;
  }
}
