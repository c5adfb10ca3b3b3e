// Stale data: a stream, or one vital of it, from which nothing has come. Only a measurement that is itself recent ends
// the silence; a late one, one from the future and one that cannot be true do not.

import type { Policy, StaleRule } from '../policy/policy.ts';
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

function isSilent(rule: StaleRule, since: number | null, now: number): boolean {
  return since !== null && now - since > rule.afterS * 1000;
}

/** Nothing further ahead is heard: our clock was set back since, and for how long nothing has come nobody knows. */
function isAhead({ futureToleranceS }: Policy, since: number | null, now: number): boolean {
  return since !== null && since - now > futureToleranceS * 1000;
}

/** Time has passed, by our clock. It only ever raises: a clock that steps back is no measurement, and no reason to wait for it. */
export function listen(
  rule: StaleRule,
  policy: Policy,
  state: PatientState,
  before: RuleState | undefined,
  now: number,
  heldBack: boolean,
): Silence {
  if (before?.phase === 'active' || heldBack) return { state: before };
  const lastAt = lastHeard(rule, state);
  const since = before?.phase === 'dismissed' ? before.at : (lastAt ?? (rule.expected ? state.since : null));
  if (!isSilent(rule, since, now) && !isAhead(policy, since, now)) return { state: before };
  return {
    state: {
      phase: 'active',
      since: now,
      severity: 1,
      samples: [],
      contributors: 0,
      clearing: null,
      dispatched: rule.dispatch,
      blind: false,
    },
    change: changeOf(rule, 'raised', now, rule.dispatch, { kind: 'stale', of: rule.of, lastAt }),
  };
}

/** A measurement has come that is the newest of what the rule listens to. */
export function hear(rule: StaleRule, state: PatientState, before: RuleState, receivedAt: number): Silence {
  const lastAt = lastHeard(rule, state);
  if (lastAt === null || isSilent(rule, lastAt, receivedAt)) return { state: before };
  if (before.phase !== 'active') return { state: undefined };
  return {
    state: undefined,
    change: changeOf(rule, 'resolved', lastAt, false, { kind: 'stale', of: rule.of, lastAt }),
  };
}
