/**
 * A call of the ambulance that no crew takes must not be nobody's business: after a while it is an alarm of its own to
 * the doctors, until a crew takes it.
 */
import type { AlarmChange } from '@vitalseal/clinical';
import type { DispatchRow } from '../store/dispatches.ts';
import type { MonitoredPatient } from '../watch/monitored-patient.ts';

export const unansweredCallRule = 'call-unanswered';

/** As long as an alarm of high priority waits for a doctor before it goes to the next. */
const patienceMs = 2 * 60_000;
/** A call of a time to come: the clock was set back, and nobody knows how long it has waited. */
const steppedBackMs = 60_000;

/** @param calls the patient's own that are not closed @returns undefined when nothing has changed */
export function unansweredCall(
  { alarms }: Pick<MonitoredPatient, 'alarms'>,
  calls: readonly DispatchRow[],
  now: number,
): AlarmChange | undefined {
  const waiting = calls.filter(
    ({ state, called_at }) => state === 'offered' && (called_at + patienceMs <= now || called_at > now + steppedBackMs),
  );
  const [first] = waiting.toSorted((a, b) => a.called_at - b.called_at);
  const open = alarms.get(unansweredCallRule)?.alarm;
  const isKnown = open !== undefined && open.normalSince === null;
  if ((first !== undefined) === isKnown || (first === undefined && open === undefined)) return undefined;
  return {
    change: first === undefined ? 'resolved' : 'raised',
    rule: unansweredCallRule,
    priority: 'high',
    at: now,
    dispatch: false,
    reason: { kind: 'call-unanswered', calledAt: first?.called_at ?? now },
  };
}
