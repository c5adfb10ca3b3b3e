// Carries for the card for as long as it has something: the hospital's administration of it, which needs no PIN, and the
// MHA's delivery, which begins with the right one.

import type { MhaClient, PageAnswer, PageRequest, SecurityDomainClient } from '@vitalseal/secure-element/terminal';
import { carry } from './carry.ts';

export interface CarrierOptions {
  readonly mha: MhaClient;
  readonly domain: SecurityDomainClient;
  /** Whether the MHA is open: it has no request before. */
  readonly isOpen: () => boolean;
  /** The app's own address. */
  readonly base: string;
  /** Something was carried, or the card has stirred: there may be news to fetch. */
  readonly moved: () => Promise<void>;
  /** Milliseconds that this device's clock is ahead of the server's. */
  readonly clockAhead: (ms: number) => void;
  /** The card does not answer any more. */
  readonly failed: (error: unknown) => void;
}

interface Asking {
  takeRequest(): Promise<PageRequest | undefined>;
  giveAnswer(answer: PageAnswer): Promise<void>;
}

export class Carrier {
  readonly #options: CarrierOptions;
  #running = false;
  #again = false;
  #ended = false;

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  /** There may be something. */
  stir(): void {
    this.#again = true;
    if (this.#running || this.#ended) return;
    this.#running = true;
    void this.#run();
  }

  end(): void {
    this.#ended = true;
  }

  async #run(): Promise<void> {
    const { mha, domain, isOpen, moved, failed } = this.#options;
    try {
      while (this.#again && !this.#ended) {
        this.#again = false;
        const carried = (await this.#serve(domain)) || (isOpen() && (await this.#serve(mha)));
        if (carried) this.#again = true;
        await moved();
      }
    } catch (error) {
      if (!this.#ended) failed(error);
    } finally {
      this.#running = false;
    }
  }

  /** @returns whether it had a request */
  async #serve(card: Asking): Promise<boolean> {
    const request = await card.takeRequest();
    if (!request || this.#ended) return false;
    const { answer, serverTime } = await carry(request, this.#options.base);
    if (serverTime !== undefined) this.#options.clockAhead(Date.now() - serverTime);
    if (this.#ended) return false;
    try {
      await card.giveAnswer(answer);
    } catch {
      // The card does not wait for this one any more.
    }
    return true;
  }
}
