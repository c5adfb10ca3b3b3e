// When an alarm goes to the next person: `afterS` from raising, then every `repeatS`, until somebody acknowledges it. An
// alarm that is normal again by itself but was never seen still escalates; one acknowledged or resolved does not.

import type { Alarm } from './alarm.ts';

/** When the next escalation is due, UTC ms, or null. */
export function escalationDueAt(alarm: Alarm): number | null {
  return waitOf(alarm)?.until ?? null;
}

/** A clock that is corrected by less makes nobody wait longer than this. */
const steppedBackMs = 60_000;

/**
 * Whether it is due at `at`. Also where the wait has not begun yet by that clock: it was set back, and nobody knows how long the alarm
 * has waited. Rather too early than an hour too late; from then on the wait counts by the new time.
 */
export function isEscalationDue(alarm: Alarm, at: number): boolean {
  const wait = waitOf(alarm);
  return wait !== null && (at >= wait.until || at < wait.from - steppedBackMs);
}

function waitOf(alarm: Alarm): { readonly from: number; readonly until: number } | null {
  if (alarm.escalation === null) return null;
  switch (alarm.state) {
    case 'raised':
    case 'notified':
      return { from: alarm.raisedAt, until: alarm.raisedAt + alarm.escalation.afterS * 1000 };
    case 'escalated':
      return { from: alarm.escalatedAt, until: alarm.escalatedAt + alarm.escalation.repeatS * 1000 };
    case 'acknowledged':
    case 'resolved':
      return null;
  }
}
