// The card as the page uses it: started, selected, carried for, and ended.

import {
  exclusively,
  MhaClient,
  type PinStanding,
  pinStanding,
  SecurityDomainClient,
} from '@vitalseal/secure-element/terminal';
import { takesExtendedLengths } from '@vitalseal/uicc';
import { Carrier } from './carrier.ts';
import { type StartedCard, startCard } from './start-card.ts';

export interface CardInPageOptions {
  /** Of its database. */
  readonly name: string;
  /** The app's own address. */
  readonly base: string;
  /** There may be news to fetch. */
  readonly moved: () => Promise<void>;
  readonly clockAhead: (ms: number) => void;
  /** The card does not answer any more. */
  readonly failed: (error: unknown) => void;
  /** A command ended in a fault of the card's memory. */
  readonly fault: (code: string) => void;
}

export class CardInPage {
  readonly mha: MhaClient;
  readonly domain: SecurityDomainClient;
  /** The PIN was right since the card was started. */
  isOpen = false;
  readonly #started: StartedCard;
  readonly #carrier: Carrier;
  readonly #standing: () => Promise<PinStanding>;

  private constructor(started: StartedCard, options: CardInPageOptions) {
    const user = exclusively(started.card);
    this.#started = started;
    this.mha = new MhaClient(user, { extendedLengths: takesExtendedLengths(started.card.atr) });
    this.domain = new SecurityDomainClient(user);
    this.#standing = () => pinStanding(user);
    this.#carrier = new Carrier({ ...options, mha: this.mha, domain: this.domain, isOpen: () => this.isOpen });
  }

  /** @throws PhoneError with the code of why there is none */
  static async start(options: CardInPageOptions): Promise<CardInPage> {
    let stir = () => {};
    const started = await startCard(options.name, { stirred: () => stir(), fault: options.fault });
    const card = new CardInPage(started, options);
    stir = () => card.stir();
    await card.mha.select();
    return card;
  }

  pin(): Promise<PinStanding> {
    return this.#standing();
  }

  /** There may be something to carry. */
  stir(): void {
    this.#carrier.stir();
  }

  end(): void {
    this.#carrier.end();
    this.#started.end();
  }
}
