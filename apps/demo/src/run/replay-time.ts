import type { ScaledTime } from '@vitalseal/recording';
import { type Bed, durationS } from '../scenario/bed.ts';

/** Until the parts are up; a clock that waits costs nothing, one that has begun without them makes readings late. */
const leadMs = 3_000;
const leadPerBedMs = 20;

/**
 * The clock of a run, which all its processes share. It begins at the time of day it really is. Where it stops at the
 * end of the longest recording, no stream falls silent afterwards.
 */
export function replayTime(beds: readonly Bed[], speed: number, end: 'goes on' | 'stops at the end'): ScaledTime {
  const origin = Date.now();
  const time = { origin, startedAt: origin + leadMs + leadPerBedMs * beds.length, speed };
  if (end === 'goes on') return time;
  return { ...time, until: Math.ceil(origin + Math.max(...beds.map(durationS)) * 1000) };
}
