// The terminal's eight timers (ETSI TS 102 223, 4.10 and 6.4.21), which run by the machine's time.

export interface TimerOptions {
  readonly expired: (timer: number, seconds: number) => void;
}

interface Running {
  readonly timeout: NodeJS.Timeout;
  readonly endsAt: number;
}

export const timerIdentifiers: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];

export class Timers {
  readonly #expired: TimerOptions['expired'];
  readonly #running = new Map<number, Running>();

  constructor({ expired }: TimerOptions) {
    this.#expired = expired;
  }

  /** Starts it anew where it runs already. */
  start(timer: number, seconds: number): void {
    this.stop(timer);
    const timeout = setTimeout(() => {
      this.#running.delete(timer);
      this.#expired(timer, seconds);
    }, seconds * 1000);
    this.#running.set(timer, { timeout, endsAt: Date.now() + seconds * 1000 });
  }

  /** @returns the seconds that were left; undefined where it does not run */
  stop(timer: number): number | undefined {
    const left = this.left(timer);
    clearTimeout(this.#running.get(timer)?.timeout);
    this.#running.delete(timer);
    return left;
  }

  /** @returns whole seconds; undefined where it does not run */
  left(timer: number): number | undefined {
    const running = this.#running.get(timer);
    return running && Math.max(0, Math.ceil((running.endsAt - Date.now()) / 1000));
  }

  stopAll(): void {
    for (const { timeout } of this.#running.values()) clearTimeout(timeout);
    this.#running.clear();
  }
}
