// The report of a headless run: every figure counted where the thing happened.
import type { SharedClock } from '../process/shared-clock.ts';
import { type Percentiles, percentiles } from './percentile.ts';

export interface Report {
  readonly patients: number;
  readonly readings: {
    /** By the sensors. */
    readonly measured: number;
    /** By the secure elements: acknowledgements of the hospital that they opened. */
    readonly acknowledged: number;
    /** Rows of the hospital's store. */
    readonly stored: number;
    /** Readings that reached the hospital again, and were stored once. */
    readonly duplicates: number;
  };
  readonly alarms: {
    /** Rows of the hospital's store. */
    readonly raised: number;
    /** Alarms that a person's device confirmed to have received. */
    readonly delivered: number;
    /** Alarms that the doctor's device opened and verified. */
    readonly openedByDoctor: number;
  };
  readonly dispatches: number;
  /** Records the hospital refused. */
  readonly refused: number;
  readonly latencyMs: {
    readonly sensorToAcknowledgement: Percentiles;
    readonly sensorToDoctor: Percentiles;
  };
}

/** The latencies of a run, in ms of real time. */
export class Latencies {
  readonly #acknowledged: number[] = [];
  readonly #doctor: number[] = [];
  readonly #clock: SharedClock;

  constructor(clock: SharedClock) {
    this.#clock = clock;
  }

  acknowledged(measuredAt: number, acknowledgedAt: number): void {
    this.#acknowledged.push(acknowledgedAt - this.#realTime(measuredAt));
  }

  reachedDoctor(measuredAt: number, openedAt: number): void {
    this.#doctor.push(openedAt - this.#realTime(measuredAt));
  }

  /** The real moment at which the replay's clock showed a time. */
  #realTime(replayMs: number): number {
    const { origin, startedAt, speed } = this.#clock.time;
    return startedAt + (replayMs - origin) / speed;
  }

  percentiles(): Report['latencyMs'] {
    return {
      sensorToAcknowledgement: percentiles(this.#acknowledged),
      sensorToDoctor: percentiles(this.#doctor),
    };
  }
}
