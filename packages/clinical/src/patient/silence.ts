// Stale data: a stream, or one vital of it, from which nothing has come. Only a measurement that is itself recent ends
// the silence; a late one, one from the future and one that cannot be true do not.

import type { StaleRule } from '../policy/policy.ts';
import type { AlarmChange } from './alarm-change.ts';
import { changeOf } from './alarm-change.ts';
import type { PatientState, RuleState } from './patient-state.ts';

export interface Silence {
  readonly state: RuleState | undefined;
  readonly change?: AlarmChange;
}

function lastHeard(rule: StaleRule, state: PatientState): number | null {
  return rule.of === 'stream' ? state.newest : (state.last[rule.of]?.at ?? null);
}

/** The rule as of `now` by our clock. */
export function listen(
  rule: StaleRule,
  state: PatientState,
  before: RuleState | undefined,
  now: number,
  heldBack: boolean,
): Silence {
  const lastAt = lastHeard(rule, state);
  const reason = { kind: 'stale', of: rule.of, lastAt } as const;
  const silent = (since: number | null) => since !== null && now - since > rule.afterS * 1000;
  if (before?.phase === 'active') {
    if (lastAt === null || silent(lastAt)) return { state: before };
    return { state: undefined, change: changeOf(rule, 'resolved', lastAt, false, reason) };
  }
  if (before?.phase === 'dismissed' && lastAt !== null && lastAt > before.at) return { state: undefined };
  const begins = lastAt ?? (rule.expected ? state.since : null);
  const counted = before?.phase === 'dismissed' ? before.at : begins;
  if (heldBack || !silent(counted)) return { state: before };
  return {
    state: {
      phase: 'active',
      since: now,
      severity: 1,
      samples: [],
      contributors: 0,
      clearing: null,
      dispatched: rule.dispatch,
    },
    change: changeOf(rule, 'raised', now, rule.dispatch, reason),
  };
}
