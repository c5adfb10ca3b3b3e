// Waiting by the terminal's clock (TIMER MANAGEMENT, ETSI TS 102 223, 6.4.21): the card has none of its own that runs
// between two APDUs. There are eight timers; who comes when all run waits for one. Where the terminal refuses, or
// forgets, its polls wake the card, and what has elapsed says whether the time is over.

import { isPerformed } from './performed.ts';
import type { ToolkitSession } from './toolkit-session.ts';

const timerIdentifiers = [1, 2, 3, 4, 5, 6, 7, 8] as const;
type TimerIdentifier = (typeof timerIdentifiers)[number];
/** What hours, minutes and seconds of two digits can say. */
const mostSeconds = 24 * 60 * 60 - 1;
/** So long after its time a timer that was started has been forgotten by the terminal. */
const graceMs = 5000;

export class ToolkitTimers {
  readonly #session: ToolkitSession;
  readonly #elapsed: () => number;
  readonly #free: TimerIdentifier[] = [...timerIdentifiers];
  readonly #freed = new Set<() => void>();

  /** @param elapsed milliseconds from any beginning, never backwards */
  constructor(session: ToolkitSession, elapsed: () => number = () => performance.now()) {
    this.#session = session;
    this.#elapsed = elapsed;
  }

  /**
   * Ends when the time is over, or early, without an error and without the terminal, when the signal is aborted.
   * @param seconds rounded up to whole ones, 1 at least
   * @throws SecureElementError `toolkit-ended` where there is no terminal
   */
  async startTimer(seconds: number, signal?: AbortSignal): Promise<void> {
    const timer = await this.#take(signal);
    if (timer === undefined) return;
    const whole = Math.min(mostSeconds, Math.max(1, Math.ceil(seconds)));
    const over = this.#elapsed() + whole * 1000;
    const ended = Promise.withResolvers<'expired' | 'stopped'>();
    const stop = () => ended.resolve('stopped');
    const start = { type: 'timer-management', action: 'start', timer, seconds: whole } as const;
    let isWanted = true;
    let runs = false;
    const started = this.#session
      .issueMade(() => (isWanted ? start : undefined))
      .then((response) => {
        runs = response !== undefined && isPerformed(response);
        return runs;
      });
    started.catch(ended.reject);
    const deaf = this.#session.listen({
      envelope: (envelope) => {
        if (envelope.type === 'timer-expiration' && envelope.timer === timer) ended.resolve('expired');
      },
      polled: () => {
        if (this.#elapsed() >= over + (runs ? graceMs : 0)) stop();
      },
      // If the terminal had not answered, the answer that does not come says so.
      ended: () => void started.then(() => ended.resolve('expired'), ended.reject),
    });
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    let mayRun = true;
    try {
      mayRun = (await ended.promise) === 'stopped';
    } finally {
      isWanted = false;
      signal?.removeEventListener('abort', stop);
      deaf();
      void this.#giveBack(timer, mayRun && started);
    }
  }

  /** Free for the next one when the terminal has let go of it. */
  async #giveBack(timer: TimerIdentifier, started: Promise<boolean> | false): Promise<void> {
    try {
      if (await started) await this.#session.issue({ type: 'timer-management', action: 'deactivate', timer });
    } catch {
      // The terminal is gone, and its timers with it.
    }
    this.#free.push(timer);
    for (const freed of this.#freed) freed();
  }

  async #take(signal: AbortSignal | undefined): Promise<TimerIdentifier | undefined> {
    while (!signal?.aborted) {
      const timer = this.#free.shift();
      if (timer !== undefined) return timer;
      const freed = Promise.withResolvers<void>();
      this.#freed.add(freed.resolve);
      signal?.addEventListener('abort', () => freed.resolve(), { once: true });
      await freed.promise;
      this.#freed.delete(freed.resolve);
    }
    return undefined;
  }
}
