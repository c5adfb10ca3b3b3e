// A reading, and the passing of time, through a patient's rules. Pure: the hospital keeps the returned state in the same
// transaction as the reading, and `vitalseal triage` runs this very code over a recording.

import { ClinicalError } from '../errors.ts';
import type { News2 } from '../news2/score.ts';
import { scoreMeasured } from '../news2/score.ts';
import type { Policy, Rule } from '../policy/policy.ts';
import { inspect } from '../vitals/plausible.ts';
import type { Measured, Values, VitalSet } from '../vitals/vital.ts';
import { vitalsIn } from '../vitals/vital.ts';
import type { Advanced } from './advance-rule.ts';
import { activated, advanceRule } from './advance-rule.ts';
import type { AlarmChange } from './alarm-change.ts';
import { changeOf } from './alarm-change.ts';
import { reasonFor, vitalsOf } from './assess.ts';
import { takeIn } from './last-values.ts';
import { adviseRule } from './out-of-place.ts';
import type { PatientState, RuleState } from './patient-state.ts';
import { unknownPatient } from './patient-state.ts';
import { uncontradictedSeverity } from './persistence.ts';
import { news2At, valuesAt } from './present.ts';
import { listen } from './silence.ts';

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

export interface Ticked {
  readonly state: PatientState;
  readonly changes: readonly AlarmChange[];
}

type RuleStates = PatientState['rules'];

function isHeldBack(rule: Rule, states: RuleStates): boolean {
  for (const id of rule.unless) if (states[id]?.phase === 'active') return true;
  return false;
}

/** Copies on change only: on most readings every rule is calm and nothing is copied. */
function withRule(states: RuleStates, id: string, next: RuleState | undefined): RuleStates {
  if (states[id] === next) return states;
  if (next !== undefined) return { ...states, [id]: next };
  return Object.fromEntries(Object.entries(states).filter(([each]) => each !== id));
}

function forEachRule(
  policy: Policy,
  states: RuleStates,
  changes: AlarmChange[],
  step: (rule: Rule, before: RuleState | undefined, heldBack: boolean) => Advanced | undefined,
): RuleStates {
  let next = states;
  for (const rule of policy.rules) {
    const advanced = step(rule, next[rule.id], rule.unless.length > 0 && isHeldBack(rule, next));
    if (advanced === undefined) continue;
    if (advanced.change !== undefined) changes.push(advanced.change);
    next = withRule(next, rule.id, advanced.state);
  }
  return next;
}

/** Raises what stood uncontradicted for its whole window. It calls people, not the ambulance: it was not confirmed. */
function settle(
  state: PatientState,
  policy: Policy,
  since: 'at' | 'heardAt',
  now: number,
  changes: AlarmChange[],
): RuleStates {
  return forEachRule(policy, state.rules, changes, (rule, before, heldBack) => {
    if (rule.kind === 'stale' || before?.phase !== 'watching' || heldBack) return undefined;
    const severity = uncontradictedSeverity(before.samples, rule.persistence, since, now);
    const last = before.samples.at(-1);
    if (severity === 0 || last === undefined) return undefined;
    const values = valuesAt(state.last, policy, last.at);
    const reason = reasonFor(rule, policy, { values, news2: scoreMeasured(values, policy.scale) });
    return { state: activated(last.at, severity, before, false), change: changeOf(rule, 'raised', now, false, reason) };
  });
}

function listenToAll(state: PatientState, policy: Policy, now: number, changes: AlarmChange[]): RuleStates {
  return forEachRule(policy, state.rules, changes, (rule, before, heldBack) =>
    rule.kind === 'stale' ? listen(rule, state, before, now, heldBack) : undefined,
  );
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

function requireTime(time: number): void {
  if (!Number.isFinite(time)) throw new ClinicalError('reading-time-invalid', 'expected a finite time in ms');
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
  const future = present !== 0 && at > receivedAt + policy.futureToleranceS * 1000;
  const changes: AlarmChange[] = [];
  let state = before.since === null ? { ...before, since: receivedAt } : before;
  if (implausible !== 0) {
    const { counts } = state;
    state = { ...state, counts: { ...counts, implausible: counts.implausible + vitalsIn(implausible).length } };
  }
  if (future) {
    const rules = advise(state, policy, reading, measured, present, changes);
    state = { ...state, rules, counts: { ...state.counts, future: state.counts.future + 1 } };
  } else if (present !== 0) {
    state = takeInOrder(state, policy, reading, measured, changes);
  }
  const news2 = policy.carry === 'none' ? ownScore(measured, policy) : news2At(state, policy, state.newest ?? at);
  return { state, news2, changes };
}

function takeInOrder(
  before: PatientState,
  policy: Policy,
  reading: Observation,
  measured: Measured,
  changes: AlarmChange[],
): PatientState {
  const { at, receivedAt } = reading;
  const settled = settle(before, policy, 'at', Math.min(at, receivedAt), changes);
  const { last, fresh, late } = takeIn(before.last, measured, at);
  let state: PatientState = {
    version: 1,
    since: before.since,
    newest: before.newest === null ? at : Math.max(before.newest, at),
    last,
    rules: settled,
    counts: late === 0 ? before.counts : { ...before.counts, late: before.counts.late + 1 },
  };
  if (late !== 0) state = { ...state, rules: advise(state, policy, reading, measured, late, changes) };
  if (fresh === 0) return state;
  const known = policy.carry === 'none' ? measured : valuesAt(last, policy, at);
  const judged = {
    values: known,
    news2: scoreMeasured(known, policy.scale),
    at,
    heardAt: receivedAt,
    fresh,
    current: receivedAt - at <= policy.currentS * 1000,
    last,
  };
  const rules = forEachRule(policy, state.rules, changes, (rule, ruleState, heldBack) =>
    rule.kind === 'stale'
      ? ruleState === undefined
        ? undefined
        : listen(rule, state, ruleState, receivedAt, heldBack)
      : advanceRule(rule, policy, ruleState, judged, heldBack),
  );
  return rules === state.rules ? state : { ...state, rules };
}

/** Lets time pass: stale data, and single readings that nothing contradicted. Call it every few seconds. */
export function tick(before: PatientState, policy: Policy, now: number): Ticked {
  requireTime(now);
  const changes: AlarmChange[] = [];
  let state = before.since === null ? { ...before, since: now } : before;
  let rules = settle(state, policy, 'heardAt', now, changes);
  if (rules !== state.rules) state = { ...state, rules };
  rules = listenToAll(state, policy, now, changes);
  if (rules !== state.rules) state = { ...state, rules };
  return { state, changes };
}

/**
 * A person resolved the alarm of this rule: the rule begins anew. If its condition still holds it is raised again, as a
 * new alarm, once it is confirmed again; silence once it has lasted for the rule's whole time again.
 */
export function dismiss(state: PatientState, policy: Policy, ruleId: string, now: number): PatientState {
  requireTime(now);
  const stale = policy.rules.some((rule) => rule.id === ruleId && rule.kind === 'stale');
  const next: RuleState | undefined = stale ? { phase: 'dismissed', at: now } : undefined;
  return { ...state, rules: withRule(state.rules, ruleId, next) };
}
