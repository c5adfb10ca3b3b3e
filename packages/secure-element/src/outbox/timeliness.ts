// How old a reading is when it reaches the element. Time is clinical data and never a replay defence: a reading that
// is honestly late, or from a sensor whose clock runs ahead, is marked and kept.

export type Timeliness = 'timely' | 'late' | 'from-the-future';

export interface TimelinessPolicy {
  readonly lateAfterMs: number;
  readonly futureAfterMs: number;
}

export const defaultTimeliness: TimelinessPolicy = { lateAfterMs: 5 * 60_000, futureAfterMs: 60_000 };

export function timelinessOf(measuredAt: number, now: number, policy: TimelinessPolicy): Timeliness {
  if (now - measuredAt > policy.lateAfterMs) return 'late';
  if (measuredAt - now > policy.futureAfterMs) return 'from-the-future';
  return 'timely';
}
