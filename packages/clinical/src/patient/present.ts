// The patient as known at one moment: the newest value of each vital, while its validity lasts. A parameter older than
// its validity is missing, never normal.

import type { News2 } from '../news2/score.ts';
import { scoreMeasured } from '../news2/score.ts';
import type { Policy } from '../policy/policy.ts';
import type { Measured, Vital } from '../vitals/vital.ts';
import type { PatientState } from './patient-state.ts';

function valueAt(last: PatientState['last'], vital: Vital, policy: Policy, at: number): number | undefined {
  const known = last[vital];
  return known !== null && at - known.at <= policy.validityS[vital] * 1000 ? known.value : undefined;
}

/** The values that stand for the moment `at` (UTC ms). */
export function valuesAt(last: PatientState['last'], policy: Policy, at: number): Measured {
  return {
    respiration: valueAt(last, 'respiration', policy, at),
    spo2: valueAt(last, 'spo2', policy, at),
    oxygen: valueAt(last, 'oxygen', policy, at),
    systolic: valueAt(last, 'systolic', policy, at),
    diastolic: valueAt(last, 'diastolic', policy, at),
    pulse: valueAt(last, 'pulse', policy, at),
    consciousness: valueAt(last, 'consciousness', policy, at),
    temperature: valueAt(last, 'temperature', policy, at),
  };
}

/** The score as it stands at `now`, for a page that is open while no reading comes. */
export function news2At(state: PatientState, policy: Policy, now: number): News2 {
  return scoreMeasured(valuesAt(state.last, policy, now), policy.scale);
}
