// One vital sign of one patient over time, in the order of measurement. Late readings find their place; a gap stays a
// gap, because a line drawn over missing values would show a measurement that nobody made.

import type { OpenSource } from '@vitalseal/protocol';

/** `value` null: the sensor answered, but not with a number. Times are UTC ms. */
export interface Sample {
  readonly at: number;
  readonly value: number | null;
  /** Absent where a sealed sensor measured it. */
  readonly source?: OpenSource;
}

export interface Columns {
  readonly times: number[];
  readonly values: (number | null)[];
}

/** About two weeks of minutes: past it the oldest samples go, they can be asked for again. */
const mostSamples = 20_000;
/** Of the usual interval. Under 2, so that a single missed sample already breaks the line. */
const gapFactor = 1.6;
const intervalsLookedAt = 120;

export class Series {
  readonly #samples: Sample[] = [];

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  get last(): Sample | undefined {
    return this.#samples.at(-1);
  }

  get lastKnown(): Sample | undefined {
    return this.#samples.findLast((sample) => sample.value !== null);
  }

  add(sample: Sample): void {
    const at = firstAfter(this.#samples, sample.at);
    if (this.#samples[at - 1]?.at === sample.at) this.#samples[at - 1] = sample;
    else this.#samples.splice(at, 0, sample);
    if (this.#samples.length > mostSamples) this.#samples.shift();
  }

  /** The known sample at or before a time. */
  at(time: number): Sample | undefined {
    return this.#samples[firstAfter(this.#samples, time) - 1];
  }

  /** What a chart draws: nulls stand where a measurement was due and none came. */
  columns(from: number, to: number): Columns {
    const gap = usualInterval(this.#samples) * gapFactor;
    const times: number[] = [];
    const values: (number | null)[] = [];
    const first = Math.max(0, firstAfter(this.#samples, from) - 1);
    for (let i = first; i < this.#samples.length; i += 1) {
      const sample = this.#samples[i];
      if (sample === undefined || sample.at > to) break;
      const previous = times.at(-1);
      if (previous !== undefined && sample.at - previous > gap) {
        times.push((previous + sample.at) / 2);
        values.push(null);
      }
      times.push(sample.at);
      values.push(sample.value);
    }
    return { times, values };
  }
}

/** The median of the latest intervals: what this sensor does when all is well. */
export function usualInterval(samples: readonly Sample[]): number {
  const intervals: number[] = [];
  for (let i = Math.max(1, samples.length - intervalsLookedAt); i < samples.length; i += 1) {
    intervals.push((samples[i]?.at ?? 0) - (samples[i - 1]?.at ?? 0));
  }
  intervals.sort((a, b) => a - b);
  return intervals[intervals.length >> 1] ?? Number.POSITIVE_INFINITY;
}

function firstAfter(samples: readonly Sample[], at: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
