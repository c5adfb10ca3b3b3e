// Taking a reading's values into the newest known ones. An older measurement never replaces a newer one. Of two values
// of one vital with one timestamp the more worrying stays, whichever came first, so that the order of delivery does
// not decide.

import type { Measured, Vital, VitalSet } from '../vitals/vital.ts';
import { vitalBit, vitals } from '../vitals/vital.ts';
import type { Known, PatientState } from './patient-state.ts';

/** The middle of what is normal; the further from it, the more worrying. Low oxygen saturation always is. */
const calmest: { readonly [V in Vital]: number } = {
  respiration: 16,
  spo2: 100,
  oxygen: 0,
  systolic: 130,
  diastolic: 75,
  pulse: 70,
  consciousness: 0,
  temperature: 37,
};

function moreWorrying(vital: Vital, a: number, b: number): number {
  const difference = Math.abs(a - calmest[vital]) - Math.abs(b - calmest[vital]);
  if (difference !== 0) return difference > 0 ? a : b;
  return Math.max(a, b);
}

function updated(vital: Vital, before: Known | null, value: number, at: number): Known {
  if (before === null) return { value, at, gap: null, gapBefore: null };
  if (at === before.at) return { ...before, value: moreWorrying(vital, before.value, value) };
  return { value, at, gap: at - before.at, gapBefore: before.gap };
}

export interface Taken {
  readonly last: PatientState['last'];
  /** The vitals whose newest value this reading is. */
  readonly fresh: VitalSet;
  /** The vitals of which something newer was known already. */
  readonly late: VitalSet;
}

export function takeIn(last: PatientState['last'], measured: Measured, at: number): Taken {
  let fresh = 0;
  let late = 0;
  for (const vital of vitals) {
    if (measured[vital] === undefined) continue;
    const before = last[vital];
    if (before !== null && before.at > at) late |= vitalBit[vital];
    else fresh |= vitalBit[vital];
  }
  if (fresh === 0) return { last, fresh, late };
  const next = (vital: Vital): Known | null => {
    const value = measured[vital];
    return value === undefined || (fresh & vitalBit[vital]) === 0
      ? last[vital]
      : updated(vital, last[vital], value, at);
  };
  return {
    last: {
      respiration: next('respiration'),
      spo2: next('spo2'),
      oxygen: next('oxygen'),
      systolic: next('systolic'),
      diastolic: next('diastolic'),
      pulse: next('pulse'),
      consciousness: next('consciousness'),
      temperature: next('temperature'),
    },
    fresh,
    late,
  };
}
