// A reading through a patient's rules. Pure: the hospital keeps the returned state in the same transaction as the reading,
// and `vitalseal triage` runs this very code over a recording.

import type { News2 } from '../news2/score.ts';
import { scoreMeasured } from '../news2/score.ts';
import type { Policy } from '../policy/policy.ts';
import { inspect } from '../vitals/plausible.ts';
import type { Measured, Values, VitalSet } from '../vitals/vital.ts';
import { vitalBit, vitalsIn } from '../vitals/vital.ts';
import type { Judged } from './advance-rule.ts';
import { advanceRule } from './advance-rule.ts';
import type { AlarmChange } from './alarm-change.ts';
import { vitalsOf } from './assess.ts';
import { takeIn } from './last-values.ts';
import { adviseRule } from './out-of-place.ts';
import type { PatientState } from './patient-state.ts';
import { unknownPatient } from './patient-state.ts';
import { news2At, valuesAt } from './present.ts';
import { requireTime } from './require-time.ts';
import type { RuleStates } from './rule-states.ts';
import { forEachRule } from './rule-states.ts';
import { hear } from './silence.ts';
import { settle } from './tick.ts';

/** A patient of whom nothing is known yet. The policy is taken now so that a later one may prepare the state. */
export function initialPatient(_policy: Policy): PatientState {
  return unknownPatient;
}

export interface Observation {
  /** When it was measured, UTC ms. */
  readonly at: number;
  readonly values: Values;
  /** When the hospital received it, UTC ms by the hospital's clock. */
  readonly receivedAt: number;
}

export interface Observed {
  readonly state: PatientState;
  /** The score as known at the newest measurement; with `carry: none` that of this reading's own values. */
  readonly news2: News2;
  readonly changes: readonly AlarmChange[];
}

function ownScore(measured: Measured, policy: Policy): News2 {
  return scoreMeasured(measured, policy.scale);
}

/** The rules that look at one of these vitals, told by a reading that came out of place. */
function advise(
  state: PatientState,
  policy: Policy,
  reading: Observation,
  measured: Measured,
  outOfPlace: VitalSet,
  changes: AlarmChange[],
): RuleStates {
  const own = { values: measured, news2: ownScore(measured, policy), at: reading.at, receivedAt: reading.receivedAt };
  return forEachRule(policy, state.rules, changes, (rule, before, heldBack) =>
    rule.kind === 'stale' || (vitalsOf(rule) & outOfPlace) === 0
      ? undefined
      : adviseRule(rule, policy, before, own, heldBack),
  );
}

/** The rules through the newest values of their vitals. */
function advance(state: PatientState, policy: Policy, judged: Judged, changes: AlarmChange[]): RuleStates {
  const isNewest = judged.at === state.newest;
  return forEachRule(policy, state.rules, changes, (rule, before, heldBack) => {
    if (rule.kind !== 'stale') return advanceRule(rule, policy, before, judged, heldBack);
    const concerned = rule.of === 'stream' ? isNewest : (judged.fresh & vitalBit[rule.of]) !== 0;
    return before !== undefined && concerned ? hear(rule, state, before, judged.heardAt) : undefined;
  });
}

/** A reading that is not from the future. Its score comes along where it is the patient's present one. */
function takeInOrder(
  before: PatientState,
  policy: Policy,
  reading: Observation,
  measured: Measured,
  changes: AlarmChange[],
): { readonly state: PatientState; readonly news2?: News2 } {
  const { at, receivedAt } = reading;
  const settled = settle(before, policy, 'at', at, changes);
  const { last, fresh, late } = takeIn(before.last, measured, at);
  const newest = before.newest === null ? at : Math.max(before.newest, at);
  const counts = late === 0 ? before.counts : { ...before.counts, late: before.counts.late + 1 };
  let state: PatientState = { version: 1, since: before.since, newest, last, rules: settled, counts };
  if (late !== 0) state = { ...state, rules: advise(state, policy, reading, measured, late, changes) };
  if (fresh === 0) return { state };
  const values = policy.carry === 'none' ? measured : valuesAt(last, policy, at);
  const news2 = scoreMeasured(values, policy.scale);
  const current = receivedAt - at <= policy.currentS * 1000;
  const rules = advance(state, policy, { values, news2, at, heardAt: receivedAt, fresh, current, last }, changes);
  if (rules !== state.rules) state = { ...state, rules };
  return at === newest ? { state, news2 } : { state };
}

/**
 * Takes in one reading. Readings may come in any order and at any time; a duplicate must not come twice.
 * @throws ClinicalError `reading-time-invalid`
 */
export function observe(before: PatientState, policy: Policy, reading: Observation): Observed {
  const { at, receivedAt, values } = reading;
  requireTime(at);
  requireTime(receivedAt);
  const { measured, present, implausible } = inspect(values);
  const changes: AlarmChange[] = [];
  let state = before.since === null ? { ...before, since: receivedAt } : before;
  if (implausible !== 0) {
    const { counts } = state;
    state = { ...state, counts: { ...counts, implausible: counts.implausible + vitalsIn(implausible).length } };
  }
  let news2: News2 | undefined;
  if (present !== 0 && at > receivedAt + policy.futureToleranceS * 1000) {
    const rules = advise(state, policy, reading, measured, present, changes);
    state = { ...state, rules, counts: { ...state.counts, future: state.counts.future + 1 } };
  } else if (present !== 0) {
    ({ state, news2 } = takeInOrder(state, policy, reading, measured, changes));
  }
  if (policy.carry === 'none') return { state, news2: ownScore(measured, policy), changes };
  return { state, news2: news2 ?? news2At(state, policy, state.newest ?? at), changes };
}
