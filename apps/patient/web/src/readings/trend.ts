// A day of one kind as a picture: for each step of ten minutes the lowest and the highest value, and where nothing was
// measured for long, a gap that is shown and said, never drawn over.
import type { ShownReading } from '../phone/phone-state.ts';
import { type Kind, shownValue } from './kinds.ts';

export const stepMs = 10 * 60_000;
export const daySteps = 144;

export interface Step {
  readonly low: number;
  readonly high: number;
  readonly last: number;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
}

export interface Trend {
  /** UTC ms of the beginning of the first step. */
  readonly from: number;
  readonly first: readonly (Step | undefined)[];
  /** Diastolic pressure. */
  readonly second: readonly (Step | undefined)[];
  readonly gaps: readonly Gap[];
  readonly count: number;
  readonly least: number;
  readonly most: number;
  readonly last: { readonly at: number; readonly first: number; readonly second: number | undefined } | undefined;
}

/** Of readings that come by themselves, this much without one is a gap. */
const longGapMs = 30 * 60_000;
/** Fewer than this in a day are entered by hand or measured now and then: their silence is no gap. */
const continuousCount = 48;

/** @param readings of any kind, oldest first @param now UTC ms: the end of the day shown */
export function trendOf(readings: readonly ShownReading[], kind: Kind, now: number): Trend {
  const end = Math.ceil(now / stepMs) * stepMs;
  const from = end - daySteps * stepMs;
  const first: (Step | undefined)[] = new Array<undefined>(daySteps).fill(undefined);
  const second: (Step | undefined)[] = new Array<undefined>(daySteps).fill(undefined);
  const times: number[] = [];
  let last: Trend['last'];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { measuredAt, measurements } of readings) {
    const at = Math.floor((measuredAt - from) / stepMs);
    if (at < 0 || at >= daySteps) continue;
    const value = shownValue(measurements, kind);
    if (value?.first == null) continue;
    first[at] = widened(first[at], value.first);
    if (value.second != null) second[at] = widened(second[at], value.second);
    least = Math.min(least, value.first, value.second ?? value.first);
    most = Math.max(most, value.first);
    last = { at: measuredAt, first: value.first, second: value.second ?? undefined };
    times.push(measuredAt);
  }
  return { from, first, second, gaps: gapsIn(times, now), count: times.length, least, most, last };
}

function widened(step: Step | undefined, value: number): Step {
  if (step === undefined) return { low: value, high: value, last: value };
  return { low: Math.min(step.low, value), high: Math.max(step.high, value), last: value };
}

function gapsIn(times: readonly number[], now: number): Gap[] {
  if (times.length < continuousCount) return [];
  return [...times, now].flatMap((to, i) => {
    const from = times[i - 1];
    return from !== undefined && to - from > longGapMs ? [{ from, to }] : [];
  });
}
