// When an alarm goes to the next person: `afterS` from raising, then every `repeatS`, until somebody acknowledges it. An
// alarm that is normal again by itself but was never seen still escalates; one acknowledged or resolved does not.

import type { Alarm } from './alarm.ts';

/** When the next escalation is due, UTC ms, or null. */
export function escalationDueAt(alarm: Alarm): number | null {
  if (alarm.escalation === null) return null;
  switch (alarm.state) {
    case 'raised':
    case 'notified':
      return alarm.raisedAt + alarm.escalation.afterS * 1000;
    case 'escalated':
      return alarm.escalatedAt + alarm.escalation.repeatS * 1000;
    case 'acknowledged':
    case 'resolved':
      return null;
  }
}
