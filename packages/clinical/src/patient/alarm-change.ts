// What an observation or the passing of time changed in a patient's alarm conditions, and why. A change is a fact about
// the condition; the alarm that people see and answer is in ../alarm.

import type { News2, News2Parameter, News2Parts } from '../news2/score.ts';
import type { Priority, Rule } from '../policy/policy.ts';
import type { Vital } from '../vitals/vital.ts';

export type Reason =
  | {
      readonly kind: 'news2';
      readonly total: number;
      readonly known: number;
      readonly of: 7;
      readonly parts: News2Parts;
    }
  | { readonly kind: 'single-parameter'; readonly parameters: readonly News2Parameter[]; readonly parts: News2Parts }
  | {
      readonly kind: 'limit';
      readonly vital: Vital;
      readonly side: 'low' | 'high';
      readonly limit: number;
      readonly value: number | null;
    }
  /** `lastAt` is null when nothing ever came. */
  | { readonly kind: 'stale'; readonly of: Vital | 'stream'; readonly lastAt: number | null }
  /** Of no rule of the policy: the ambulance was called, and no crew has taken the call. */
  | { readonly kind: 'call-unanswered'; readonly calledAt: number }
  /** The patient has pressed the button. */
  | { readonly kind: 'help-requested'; readonly calledAt: number }
  /** Readings of between these times that had not come may be lost. Both by the clock of the patient's phone, UTC ms. */
  | { readonly kind: 'phone-put-back'; readonly from: number; readonly until: number };

export interface AlarmChange {
  readonly change: 'raised' | 'worsened' | 'resolved';
  readonly rule: string;
  readonly priority: Priority;
  /** UTC ms: the measurement that decided it, or the moment at which silence did. */
  readonly at: number;
  /** Whether this change calls the ambulance. */
  readonly dispatch: boolean;
  readonly reason: Reason;
  /** Of no rule of the policy, which would say it: the alarm stays until a person acknowledges it, whatever its priority. */
  readonly latching?: true;
}

export function changeOf(
  rule: Rule,
  change: AlarmChange['change'],
  at: number,
  dispatch: boolean,
  reason: Reason,
): AlarmChange {
  return { change, rule: rule.id, priority: rule.priority, at, dispatch, reason };
}

export function news2Reason(news2: News2): Reason {
  return { kind: 'news2', total: news2.total, known: news2.known, of: 7, parts: news2.parts };
}
