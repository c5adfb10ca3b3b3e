// The readings of a simulated patient, at an even pace, for as long as they are asked for.

import { AlarmClock } from '../recording/alarm-clock.ts';
import type { ReadingSource } from '../recording/scheduled-readings.ts';
import { Physiology } from './physiology.ts';
import type { Script } from './script.ts';

export interface SimulationOptions {
  readonly clock: { now(): number };
  /** Between two readings, ms on that clock. */
  readonly everyMs: number;
  readonly script?: Script;
  /** The same seed on the same clock gives the same values. */
  readonly seed: number;
}

export interface Simulation extends ReadingSource {
  readonly patient: Physiology;
}

export function simulatedReadings({ clock, everyMs, script, seed }: SimulationOptions): Simulation {
  const alarm = new AlarmClock(() => clock.now());
  const begun = clock.now();
  const patient = new Physiology(randomOf(seed), begun);
  let due = begun;
  let step = 0;
  return {
    patient,
    async next(_measured, signal) {
      // A machine that slept does not catch up: nobody measured meanwhile.
      due = Math.max(due, clock.now() - everyMs);
      if (script?.endsAfter !== undefined && due - begun >= script.endsAfter) return [];
      await alarm.until(due, signal);
      for (let next = script?.steps[step]; next && next.after <= due - begun; next = script?.steps[step]) {
        patient.condition = { ...patient.condition, ...next.change };
        step += 1;
      }
      const measuredAt = Math.round(due);
      due += everyMs;
      return [{ measuredAt, measurements: patient.measure(measuredAt) }];
    },
  };
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
