// The card's time. A card has no clock that runs without power, and none it could trust: its time is the phone's (PROVIDE
// LOCAL INFORMATION, ETSI TS 102 223 section 6.4.15), carried on by what has elapsed since, and asked for again when it
// is old. How far it is from the hospital's is known from every acknowledgement, and goes with what is sealed.

import type { Timestamp } from '@vitalseal/protocol';
import type { DateTimeZone } from '@vitalseal/uicc';
import { SecureElementError } from '../../errors.ts';

export interface CardClockOptions {
  /** The terminal's date, time and zone. */
  readonly ask: () => Promise<DateTimeZone>;
  /** Milliseconds from any beginning, never backwards; a replay runs them faster than life. */
  readonly elapsed: () => number;
  /** 0 asks each time. */
  readonly askAgainAfterMs: () => number;
}

interface Told extends Timestamp {
  readonly elapsed: number;
}

export class CardClock {
  readonly #options: CardClockOptions;
  #told: Told | undefined;
  #asking: Promise<void> | undefined;

  constructor(options: CardClockOptions) {
    this.#options = options;
  }

  /** Without asking: for a command in whose middle no other can be. @throws SecureElementError `time-unknown` */
  now(): Timestamp {
    if (!this.#told) throw new SecureElementError('time-unknown', 'expected a terminal that has told the time');
    const { utcMs, offsetMinutes } = this.#told;
    return { utcMs: utcMs + this.#age(this.#told), offsetMinutes };
  }

  /** Asks the terminal first where what it told is old. @throws SecureElementError `time-unknown` */
  async current(): Promise<Timestamp> {
    if (!this.#told || this.#age(this.#told) >= this.#options.askAgainAfterMs()) await this.ask();
    return this.now();
  }

  /** A terminal that will not tell leaves what it told before. */
  ask(): Promise<void> {
    if (this.#asking) return this.#asking;
    const asking = this.#ask().finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    this.#asking = asking;
    return asking;
  }

  /** Power is lost, or another terminal is there: what was asked is not answered any more. */
  forget(): void {
    this.#told = undefined;
    this.#asking = undefined;
  }

  async #ask(): Promise<void> {
    try {
      // A terminal that does not know its zone tells local time: the card cannot do better than to take it for UTC.
      const { utcMs, offsetMinutes = 0 } = await this.#options.ask();
      this.#told = { utcMs, offsetMinutes: offsetMinutes || 0, elapsed: this.#options.elapsed() };
    } catch (error) {
      if (!(error instanceof SecureElementError)) throw error;
    }
  }

  #age({ elapsed }: Told): number {
    return Math.max(0, Math.round(this.#options.elapsed() - elapsed));
  }
}
