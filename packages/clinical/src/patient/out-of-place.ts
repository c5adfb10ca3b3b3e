// A reading that came out of place: late (something newer was known) or from the future (the sensor's clock is wrong). It
// is scored from its own values alone. It may raise an alarm; it never clears one, dispatches nobody, replaces no newer
// value and keeps no stream from being stale.

import type { ClinicalRule, Policy } from '../policy/policy.ts';
import type { Advanced } from './advance-rule.ts';
import { activated } from './advance-rule.ts';
import { changeOf } from './alarm-change.ts';
import type { Evaluation } from './assess.ts';
import { contributorsTo, reasonFor, severityOf } from './assess.ts';
import type { RuleState } from './patient-state.ts';
import { confirmedAnywhere } from './persistence.ts';

export interface OutOfPlace extends Evaluation {
  /** The sensor's time. */
  readonly at: number;
  readonly receivedAt: number;
}

export function adviseRule(
  rule: ClinicalRule,
  policy: Policy,
  before: RuleState | undefined,
  reading: OutOfPlace,
  heldBack: boolean,
): Advanced {
  const severity = severityOf(rule, policy, reading);
  if (severity === 0) return { state: before };
  if (before?.phase === 'active') {
    const spoilsTheRun = before.clearing !== null && reading.at >= before.clearing.since;
    return { state: spoilsTheRun ? { ...before, clearing: null } : before };
  }
  const watching = before?.phase === 'watching' ? before : undefined;
  const samples = watching?.samples ?? [];
  const outOfPlace = [...(watching?.outOfPlace ?? []), { at: reading.at, heardAt: reading.receivedAt, severity }].slice(
    -rule.persistence.of,
  );
  const confirmed = confirmedAnywhere([...samples, ...outOfPlace], rule.persistence);
  const contributors = watching?.contributors ?? 0;
  if (confirmed === 0 || heldBack) return { state: { phase: 'watching', samples, outOfPlace, contributors } };
  const at = Math.min(reading.at, reading.receivedAt);
  return {
    state: activated(at, confirmed, { samples, contributors: contributors | contributorsTo(rule, reading) }, false),
    change: changeOf(rule, 'raised', at, false, reasonFor(rule, policy, reading)),
  };
}
