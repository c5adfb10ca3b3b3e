// A patient who is not there: vital signs that follow what the patient does and how ill he is, each at its own pace, with the
// unrest that real ones have. For trying things out, and for demonstrations; no model of a disease.

import type { Measurement } from '@vitalseal/protocol';
import { consciousnessMeasurement, oxygenMeasurement, vitalMeasurement } from '@vitalseal/secure-element';

export interface Condition {
  readonly activity: 'rest' | 'walk';
  /** 0 well, 1 as ill as can be. */
  readonly deterioration: number;
  readonly oxygen: boolean;
}

export const well: Condition = { activity: 'rest', deterioration: 0, oxygen: false };

const followed = ['resp', 'spo2', 'sbp', 'dbp', 'hr', 'temp'] as const;
type Followed = (typeof followed)[number];

interface Course {
  readonly rest: number;
  readonly walk: number;
  /** Added at full deterioration. */
  readonly ill: number;
  /** In which two thirds of a change have happened, ms. */
  readonly pace: number;
  /** Standard deviation of what is measured. */
  readonly unrest: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

const minute = 60_000;
const courses: Readonly<Record<Followed, Course>> = {
  resp: { rest: 15, walk: 20, ill: 15, pace: minute, unrest: 0.5, least: 4, most: 45, step: 1 },
  spo2: { rest: 98, walk: 97, ill: -15, pace: 1.5 * minute, unrest: 0.4, least: 70, most: 100, step: 1 },
  sbp: { rest: 124, walk: 138, ill: -44, pace: 3 * minute, unrest: 2, least: 60, most: 230, step: 1 },
  dbp: { rest: 78, walk: 82, ill: -26, pace: 3 * minute, unrest: 1.5, least: 30, most: 140, step: 1 },
  hr: { rest: 68, walk: 104, ill: 66, pace: 0.5 * minute, unrest: 1.5, least: 30, most: 210, step: 1 },
  temp: { rest: 36.7, walk: 37, ill: 2.5, pace: 15 * minute, unrest: 0.05, least: 34, most: 42, step: 0.1 },
};

/** On oxygen the saturation falls less far. */
const oxygenHelps = 0.5;
/** From here on the patient answers to voice only. */
const drowsyFrom = 0.85;

export class Physiology {
  readonly #random: () => number;
  readonly #values: Record<Followed, number>;
  #at: number;
  condition: Condition = well;

  /** @param random from 0 to 1 @param at UTC ms */
  constructor(random: () => number, at: number) {
    this.#random = random;
    this.#at = at;
    this.#values = { resp: 0, spo2: 0, sbp: 0, dbp: 0, hr: 0, temp: 0 };
    for (const vital of followed) this.#values[vital] = this.#target(vital);
  }

  /** As a sensor measures it at that moment; time does not go back. */
  measure(at: number): Measurement[] {
    const passed = Math.max(0, at - this.#at);
    this.#at = Math.max(at, this.#at);
    const measurements = followed.map((vital) => {
      const { pace, unrest, least, most, step } = courses[vital];
      const left = Math.exp(-passed / pace);
      this.#values[vital] = this.#target(vital) + (this.#values[vital] - this.#target(vital)) * left;
      const shown = Math.min(most, Math.max(least, this.#values[vital] + unrest * this.#normal()));
      return vitalMeasurement(vital, Number((Math.round(shown / step) * step).toFixed(1)));
    });
    const { deterioration, oxygen } = this.condition;
    return [
      ...measurements,
      oxygenMeasurement(oxygen ? 1 : 0),
      consciousnessMeasurement(deterioration >= drowsyFrom ? 'V' : 'A'),
    ];
  }

  #target(vital: Followed): number {
    const { activity, deterioration, oxygen } = this.condition;
    const { rest, walk, ill } = courses[vital];
    const help = vital === 'spo2' && oxygen ? oxygenHelps : 1;
    // Slowly at first, as people do.
    return (activity === 'walk' ? walk : rest) + ill * deterioration ** 1.3 * help;
  }

  /** Box and Muller. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}
