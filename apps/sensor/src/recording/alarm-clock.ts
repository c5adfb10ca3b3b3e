// Waiting for a moment on a clock that may run faster than life. How much faster is measured while waiting, for a clock
// only says what time it is.

import { pause } from '@vitalseal/retry';

const longestSleepMs = 1000;
/** While the clock stands still nothing says how fast it will run. */
const standstillSleepMs = 5;

export class AlarmClock {
  readonly #now: () => number;
  #rate = 1;

  constructor(now: () => number) {
    this.#now = now;
  }

  now(): number {
    return this.#now();
  }

  /** Ends at the moment, or early when the signal is aborted. */
  async until(moment: number, signal: AbortSignal): Promise<void> {
    let shown = this.#now();
    // A first short sleep shows the rate; later ones correct it.
    let sleep = shown >= moment ? 0 : Math.min(2, this.#sleepFor(moment - shown));
    while (shown < moment && !signal.aborted) {
      const started = performance.now();
      await pause(sleep, signal);
      const passed = performance.now() - started;
      const shows = this.#now();
      const moves = shows > shown;
      if (passed > 0 && moves) this.#rate = (shows - shown) / passed;
      shown = shows;
      sleep = moves ? this.#sleepFor(moment - shown) : standstillSleepMs;
    }
  }

  #sleepFor(remaining: number): number {
    return Math.max(1, Math.min(longestSleepMs, Math.floor(remaining / this.#rate)));
  }
}
