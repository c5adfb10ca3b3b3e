// One clinical rule against one evaluation: is it met, how badly, by which vitals, and is it known to be clear?

import type { News2, News2Parameter } from '../news2/score.ts';
import { news2Parameters, news2Set } from '../news2/score.ts';
import type { ClinicalRule, LimitRule, Policy } from '../policy/policy.ts';
import type { Measured, VitalSet } from '../vitals/vital.ts';
import { vitalBit } from '../vitals/vital.ts';
import type { Reason } from './alarm-change.ts';
import { news2Reason } from './alarm-change.ts';

/** The values that a moment is judged by, with their score. */
export interface Evaluation {
  readonly values: Measured;
  readonly news2: News2;
}

function scoresThree(rule: { readonly vitals: readonly string[] }, news2: News2): News2Parameter[] {
  return news2Parameters.filter((parameter) => news2.parts[parameter] === 3 && rule.vitals.includes(parameter));
}

/** A parsed policy has the limit of each of its limit rules; NaN, were it missing, is beyond nothing and clears nothing. */
function limitOf(rule: LimitRule, policy: Policy): number {
  return policy.limits[rule.vital]?.[rule.side] ?? Number.NaN;
}

function beyondLimit(rule: LimitRule, policy: Policy, value: number | undefined): number {
  const limit = limitOf(rule, policy);
  if (value === undefined || Number.isNaN(limit)) return 0;
  return Math.max(0, rule.side === 'low' ? limit - value : value - limit);
}

/** 0 when the rule is not met; else how badly, in points, parameters or the vital's unit. */
export function severityOf(rule: ClinicalRule, policy: Policy, { values, news2 }: Evaluation): number {
  switch (rule.kind) {
    case 'news2':
      return news2.total >= rule.atLeast ? news2.total - rule.atLeast + 1 : 0;
    case 'single-parameter':
      return news2.risk === 'low' || news2.risk === 'unknown' ? 0 : scoresThree(rule, news2).length;
    case 'limit':
      return beyondLimit(rule, policy, values[rule.vital]);
  }
}

/** The vitals that a rule looks at. */
export function vitalsOf(rule: ClinicalRule): VitalSet {
  return rule.kind === 'limit' ? vitalBit[rule.vital] : news2Set;
}

/** The vitals that make a met rule met. */
export function contributorsTo(rule: ClinicalRule, { news2 }: Evaluation): VitalSet {
  if (rule.kind === 'limit') return vitalBit[rule.vital];
  let set = 0;
  for (const parameter of news2Parameters) {
    const part = news2.parts[parameter] ?? 0;
    const counts = rule.kind === 'news2' ? part > 0 : part === 3 && rule.vitals.includes(parameter);
    if (counts) set |= vitalBit[parameter];
  }
  return set;
}

/** Whether each of these vitals is known now: a scored parameter by its part, any other by its value. */
export function allKnown(set: VitalSet, { values, news2 }: Evaluation): boolean {
  for (const parameter of news2Parameters) {
    if ((set & vitalBit[parameter]) !== 0 && (news2.parts[parameter] === null || values[parameter] === undefined))
      return false;
  }
  return (set & vitalBit.diastolic) === 0 || values.diastolic !== undefined;
}

/** Whether a rule that is not met is clear too: past its hysteresis. The contributors' being known is the caller's. */
export function isClear(rule: ClinicalRule, policy: Policy, { values, news2 }: Evaluation): boolean {
  switch (rule.kind) {
    case 'news2':
      return news2.total <= rule.clearAt;
    case 'single-parameter':
      return scoresThree(rule, news2).length === 0;
    case 'limit': {
      const value = values[rule.vital];
      const limit = limitOf(rule, policy);
      if (value === undefined) return false;
      return rule.side === 'low' ? value >= limit + rule.margin : value <= limit - rule.margin;
    }
  }
}

export function reasonFor(rule: ClinicalRule, policy: Policy, { values, news2 }: Evaluation): Reason {
  switch (rule.kind) {
    case 'news2':
      return news2Reason(news2);
    case 'single-parameter':
      return { kind: 'single-parameter', parameters: scoresThree(rule, news2), parts: news2.parts };
    case 'limit': {
      const { vital, side } = rule;
      return {
        kind: 'limit',
        vital,
        side,
        limit: limitOf(rule, policy),
        value: values[vital] ?? null,
      };
    }
  }
}
