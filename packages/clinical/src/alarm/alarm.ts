// The alarm that people see and answer. Each state is a type of its own: an acknowledged alarm always has who and when,
// a resolved one how it ended, and one that was never raised cannot be written down.

import type { Escalation, Priority } from '../policy/policy.ts';

/** Who or what did it: a person's or device's identity as the caller writes it, or the system itself. */
export type Actor = { readonly kind: 'person'; readonly id: string } | { readonly kind: 'system' };

export interface AlarmEntry {
  readonly event: AlarmEvent['type'] | 'raise';
  readonly at: number;
  readonly by: Actor;
}

interface AlarmFacts {
  readonly id: string;
  readonly rule: string;
  readonly priority: Priority;
  /** UTC ms by the hospital's clock; when it was measured is in the change that raised it. */
  readonly raisedAt: number;
  /** Values being normal again does not end it before a person has acknowledged it. */
  readonly latching: boolean;
  readonly escalation: Escalation | null;
  readonly history: readonly AlarmEntry[];
}

interface OpenFacts extends AlarmFacts {
  /** Since when values are known normal again, while the alarm waits for a person. */
  readonly normalSince: number | null;
  /** 0 for the first on call, then up the ladder. */
  readonly level: number;
}

export interface RaisedAlarm extends OpenFacts {
  readonly state: 'raised';
}

/** Someone's device has it. */
export interface NotifiedAlarm extends OpenFacts {
  readonly state: 'notified';
  readonly notifiedAt: number;
}

/** Nobody acknowledged it in time, or it grew worse after someone had. */
export interface EscalatedAlarm extends OpenFacts {
  readonly state: 'escalated';
  readonly escalatedAt: number;
}

export interface AcknowledgedAlarm extends OpenFacts {
  readonly state: 'acknowledged';
  readonly acknowledgedAt: number;
  readonly acknowledgedBy: string;
}

export interface ResolvedAlarm extends AlarmFacts {
  readonly state: 'resolved';
  readonly resolvedAt: number;
  /** The system, when values were known normal for the rule's clear condition; else the person. */
  readonly resolvedBy: Actor;
}

export type UnansweredAlarm = RaisedAlarm | NotifiedAlarm | EscalatedAlarm;
export type OpenAlarm = UnansweredAlarm | AcknowledgedAlarm;
export type Alarm = OpenAlarm | ResolvedAlarm;
export type AlarmState = Alarm['state'];

/** Times are UTC ms by the hospital's clock. */
export type AlarmEvent =
  | { readonly type: 'notify'; readonly at: number; readonly to: string }
  | { readonly type: 'acknowledge'; readonly at: number; readonly by: string }
  | { readonly type: 'escalate'; readonly at: number }
  | { readonly type: 'worsen'; readonly at: number }
  /** Values are known normal for the rule's clear condition (the change `resolved`). */
  | { readonly type: 'normal'; readonly at: number }
  /** The rule was raised again while a latched alarm was still waiting for a person. */
  | { readonly type: 'recur'; readonly at: number }
  | { readonly type: 'resolve'; readonly at: number; readonly by: string };
