// The clock of a run, which all its processes share. It stands still just before its origin until every part is ready, and is
// told then when it began: however long a machine takes to get there, no reading is due before somebody is there to take it.
import { type Clock, type ScaledTime, scaledClock } from '@vitalseal/recording';

/** When a clock begins that has not begun. */
export const notYet = Number.MAX_SAFE_INTEGER;

export class SharedClock implements Clock {
  #time: ScaledTime;
  #clock: Clock;

  constructor(time: ScaledTime) {
    this.#time = time;
    this.#clock = scaledClock(time);
  }

  get time(): ScaledTime {
    return this.#time;
  }

  get hasBegun(): boolean {
    return this.#time.startedAt !== notYet;
  }

  now(): number {
    return this.hasBegun ? this.#clock.now() : this.#time.origin - 1;
  }

  /** @param startedAt UTC ms of the machine's clock */
  begin(startedAt: number): void {
    this.#time = { ...this.#time, startedAt };
    this.#clock = scaledClock(this.#time);
  }
}

/** What a process that was started before is told. */
export interface ClockBegan {
  readonly clockBeganAt: number;
}

export function isClockBegan(message: unknown): message is ClockBegan {
  return typeof message === 'object' && message !== null && 'clockBeganAt' in message;
}
