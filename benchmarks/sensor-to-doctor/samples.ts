// When each live reading was measured, when its acknowledgement was opened at the element, and when the reading was
// opened at the doctor's device.
import { percentile, rounded } from '../measure/statistics.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

interface Sample {
  readonly measuredAt: number;
  openedAt?: number;
  acknowledgedAt?: number;
}

export type End = 'openedAt' | 'acknowledgedAt';

export class Samples {
  readonly #samples = new Map<string, Sample>();

  constructor(schedule: readonly (readonly number[])[]) {
    for (const [patient, moments] of schedule.entries()) {
      for (const measuredAt of moments) this.#samples.set(`${patient} ${measuredAt}`, { measuredAt });
    }
  }

  reached(end: End, patient: number, measuredAt: number, at: number): void {
    const sample = this.#samples.get(`${patient} ${measuredAt}`);
    if (sample !== undefined) sample[end] ??= at;
  }

  /** Of what was measured within the spans. */
  latencies(end: End, spans: readonly Span[]): Latencies {
    const within = [...this.#samples.values()].filter(({ measuredAt }) =>
      spans.some(({ from, to }) => measuredAt >= from && measuredAt <= to),
    );
    const times = within.flatMap((sample) => {
      const at = sample[end];
      return at === undefined ? [] : [at - sample.measuredAt];
    });
    return new Latencies(times, within.length - times.length);
  }
}

export class Latencies {
  readonly #times: readonly number[];
  /** Of so many nothing was heard. */
  readonly missing: number;

  constructor(times: readonly number[], missing: number) {
    this.#times = times;
    this.missing = missing;
  }

  get count(): number {
    return this.#times.length;
  }

  /** ms */
  at(share: number): number {
    return rounded(percentile(this.#times, share));
  }
}
