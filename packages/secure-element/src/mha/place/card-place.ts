// The card's place: the paper's LOC_P. GEOGRAPHICAL LOCATION REQUEST (3GPP TS 31.111) asks for it, and the
// terminal tells it when it has it, in an envelope of its own. Nothing waits for it: what is sealed has the
// last place that was told, and its time.

import type { Location } from '@vitalseal/protocol';
import type { Envelope } from '@vitalseal/uicc';
import type { ToolkitSession } from '../../toolkit/toolkit-session.ts';

export interface CardPlaceOptions {
  readonly session: ToolkitSession;
  /** UTC ms; undefined while the card does not know the time. */
  readonly now: () => number | undefined;
  /** Milliseconds from any beginning, never backwards. */
  readonly elapsed: () => number;
  /** Infinity: not at all. */
  readonly askAgainAfterMs: () => number;
  /** Ends its listening. */
  readonly signal?: AbortSignal;
}

/** The protocol's largest: of a place that was told without its uncertainty, nothing is known. */
const uncertainMetres = 1_000_000;

export class CardPlace {
  readonly #options: CardPlaceOptions;
  #told: Location | undefined;
  #askedAt: number | undefined;

  constructor(options: CardPlaceOptions) {
    this.#options = options;
    const listener = {
      started: () => this.#ask(),
      envelope: (envelope: Envelope) => this.#take(envelope),
      ended: () => {
        this.#told = undefined;
        this.#askedAt = undefined;
      },
    };
    options.session.listen(listener, options.signal);
  }

  /** The last place that was told; another is asked for where that is long ago. */
  latest(): Location | undefined {
    const { elapsed, askAgainAfterMs } = this.#options;
    if (this.#askedAt === undefined || elapsed() - this.#askedAt >= askAgainAfterMs()) this.#ask();
    return this.#told;
  }

  #ask(): void {
    const { session, elapsed, askAgainAfterMs } = this.#options;
    const isNeverWanted = askAgainAfterMs() === Number.POSITIVE_INFINITY;
    if (isNeverWanted || !session.profile?.capabilities.has('geographical-location-request')) return;
    this.#askedAt = elapsed();
    // A phone that does not know where it is says so; it is asked again later.
    session.issue({ type: 'geographical-location-request' }).catch(() => {});
  }

  #take(envelope: Envelope): void {
    const at = this.#options.now();
    if (envelope.type !== 'geographical-location-reporting' || !envelope.location || at === undefined) return;
    const { latitude, longitude, accuracyMetres = uncertainMetres } = envelope.location;
    this.#told = { latitude, longitude, accuracyMetres: Math.min(accuracyMetres, uncertainMetres), at };
  }
}
