import type { ScaledTime } from '@vitalseal/recording';
import { notYet } from '../process/shared-clock.ts';
import { type Bed, durationS } from '../scenario/bed.ts';

/**
 * The time of a run that has not begun; it will at the time of day it really is. Where it stops at the end of the longest
 * recording, no stream falls silent afterwards.
 */
export function replayTime(beds: readonly Bed[], speed: number, end: 'goes on' | 'stops at the end'): ScaledTime {
  const origin = Date.now();
  const time = { origin, startedAt: notYet, speed };
  if (end === 'goes on') return time;
  return { ...time, until: Math.ceil(origin + Math.max(...beds.map(durationS)) * 1000) };
}

/** Readings a second that the whole chain carries on two cores while each stays current; see benchmarks/README.md. */
const carriedPerSecond = 400;

/**
 * As fast as asked, up to what one machine carries: beyond it readings would be late by the replay's clock, and a late
 * reading calls no ambulance.
 */
export function carriedSpeed(beds: readonly Bed[], asked: number): number {
  const rows = beds.reduce((total, bed) => total + bed.rows.length, 0);
  const longestS = Math.max(...beds.map(durationS));
  if (longestS === 0) return asked;
  return Math.min(asked, Math.max(1, Math.floor((carriedPerSecond * longestS) / rows)));
}
