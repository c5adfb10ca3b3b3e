// Readings as they fall due: what a sensor measures next, and when.

import { AlarmClock } from './alarm-clock.ts';
import type { ScheduledReading } from './replay.ts';

export interface ReadingSource {
  /**
   * Waits until something is measured, or the signal is aborted.
   * @param measured how many readings this device has measured so far
   * @returns in the order of time; nothing when there is no more
   */
  next(measured: number, signal: AbortSignal): Promise<readonly ScheduledReading[]>;
}

export interface ScheduleOptions {
  readonly readings: readonly ScheduledReading[];
  /** Readings that this device had measured before the first of them. */
  readonly measuredBefore: number;
  readonly clock: { now(): number };
}

const mostTogether = 64;

export function scheduledReadings({ readings, measuredBefore, clock }: ScheduleOptions): ReadingSource {
  const alarm = new AlarmClock(() => clock.now());
  return {
    async next(measured, signal) {
      const from = measured - measuredBefore;
      const first = readings[from];
      if (!first) return [];
      await alarm.until(first.measuredAt, signal);
      const now = clock.now();
      const due = readings.slice(from, from + mostTogether);
      const later = due.findIndex(({ measuredAt }, index) => index > 0 && measuredAt > now);
      return later < 0 ? due : due.slice(0, later);
    },
  };
}
