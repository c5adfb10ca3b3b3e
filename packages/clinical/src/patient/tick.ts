// The passing of time through a patient's rules: stale data, and single readings that nothing contradicted.

import { scoreMeasured } from '../news2/score.ts';
import type { Policy } from '../policy/policy.ts';
import { activated } from './advance-rule.ts';
import type { AlarmChange } from './alarm-change.ts';
import { changeOf } from './alarm-change.ts';
import { reasonFor } from './assess.ts';
import type { PatientState, RuleState } from './patient-state.ts';
import { uncontradictedSeverity } from './persistence.ts';
import { valuesAt } from './present.ts';
import { requireTime } from './require-time.ts';
import type { RuleStates } from './rule-states.ts';
import { forEachRule, withRule } from './rule-states.ts';
import { listen } from './silence.ts';

export interface Ticked {
  readonly state: PatientState;
  readonly changes: readonly AlarmChange[];
}

/** Raises what stood uncontradicted for its whole window. It calls people, not the ambulance: it was not confirmed. */
export function settle(
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
    rule.kind === 'stale' ? listen(rule, policy, state, before, now, heldBack) : undefined,
  );
}

/**
 * Lets time pass, by our clock. Call it every few seconds.
 * @throws ClinicalError `reading-time-invalid`
 */
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
