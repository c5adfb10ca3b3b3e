// Every rule of a policy in its order, over what is remembered of each.

import type { Policy, Rule } from '../policy/policy.ts';
import type { Advanced } from './advance-rule.ts';
import type { AlarmChange } from './alarm-change.ts';
import type { PatientState, RuleState } from './patient-state.ts';

export type RuleStates = PatientState['rules'];

function isHeldBack(rule: Rule, states: RuleStates): boolean {
  for (const id of rule.unless) {
    const state = states[id];
    // A silence that a person has ended still holds back the smaller silences it contains.
    if (state?.phase === 'dismissed' || (state?.phase === 'active' && !state.blind)) return true;
  }
  return false;
}

function without(states: RuleStates, id: string): RuleStates {
  return Object.fromEntries(Object.entries(states).filter(([each]) => each !== id));
}

export function withRule(states: RuleStates, id: string, next: RuleState | undefined): RuleStates {
  if (states[id] === next) return states;
  return next === undefined ? without(states, id) : { ...states, [id]: next };
}

/**
 * Copies on the first change only: on most readings every rule is calm and nothing is copied at all.
 * @param step undefined when the rule is not concerned
 */
export function forEachRule(
  policy: Policy,
  states: RuleStates,
  changes: AlarmChange[],
  step: (rule: Rule, before: RuleState | undefined, heldBack: boolean) => Advanced | undefined,
): RuleStates {
  let next: { [ruleId: string]: RuleState } = states;
  for (const rule of policy.rules) {
    const before = next[rule.id];
    const advanced = step(rule, before, rule.unless.length > 0 && isHeldBack(rule, next));
    if (advanced === undefined) continue;
    if (advanced.change !== undefined) changes.push(advanced.change);
    if (advanced.state === before) continue;
    if (advanced.state === undefined) {
      next = without(next, rule.id);
      continue;
    }
    if (next === states) next = { ...states };
    next[rule.id] = advanced.state;
  }
  return next;
}
