/** What the hospital tells clinicians, made from the ward: patients, alarms, calls of the ambulance. */
import { type Alarm, news2At } from '@vitalseal/clinical';
import {
  type AlarmStateChange,
  type AlarmSummary,
  type Dispatch,
  type HospitalToDoctor,
  type PatientSummary,
  parseIdentity,
  type Reading,
} from '@vitalseal/protocol';
import type { OpenAlarmRecord } from '../alarms/open-alarm.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import type { MonitoredPatient } from '../watch/monitored-patient.ts';

export function patientSummary(patient: MonitoredPatient, now: number): PatientSummary {
  const { identity, name, bed, policy, state, last, location, alarms } = patient;
  return {
    type: 'patient',
    patient: identity,
    name,
    bed,
    scale: policy.scale,
    news2: news2At(state, policy, now),
    alarms: [...alarms.values()].map(alarmSummary).slice(0, 256),
    last: [...last.values()].slice(0, 64),
    ...(location && { location }),
    at: now,
  };
}

function alarmSummary({ alarm, reasons }: OpenAlarmRecord): AlarmSummary {
  const { id, rule, priority, state, raisedAt } = alarm;
  return {
    id,
    rule,
    priority,
    state,
    reasons: reasons.slice(0, 32),
    raisedAt,
    ...(alarm.state === 'acknowledged' && {
      acknowledged: { by: parseIdentity(alarm.acknowledgedBy), at: alarm.acknowledgedAt },
    }),
    ...(alarm.state === 'escalated' && { escalatedAt: alarm.escalatedAt }),
  };
}

export function alarmStateChange(
  patient: MonitoredPatient,
  alarm: Alarm,
  by: string | null,
  at: number,
): AlarmStateChange {
  return {
    type: 'alarm-state',
    alarm: alarm.id,
    patient: patient.identity,
    state: alarm.state,
    ...(by !== null && { by: parseIdentity(by) }),
    at,
  };
}

/**
 * Of a call that is over its crew is told that, and nothing newer of the patient.
 * @param readings left out, the last ones
 */
export function dispatchMessage(
  patient: MonitoredPatient,
  row: DispatchRow,
  now: number,
  readings: readonly Reading[] = patient.recent,
): Dispatch {
  const { identity, name, location, state, policy } = patient;
  const isOpen = row.closed_at === null;
  const alarm = [...patient.alarms.values()].find((open) => open.alarm.id === row.alarm);
  return {
    type: 'dispatch',
    dispatch: row.id,
    alarm: row.alarm,
    patient: identity,
    name,
    priority: alarm?.alarm.priority ?? 'high',
    reasons: alarm?.reasons.slice(0, 32) ?? [],
    ...(isOpen && location && { location }),
    readings: isOpen ? readings.slice(-64) : [],
    ...(isOpen && { news2: news2At(state, policy, now) }),
    state: row.state as Dispatch['state'],
    at: row.changed_at,
  };
}

/** What a crew is told of a call that another crew has taken: that it is over for them, and nothing of the patient. */
export function takenByOthers(row: DispatchRow): HospitalToDoctor {
  return {
    type: 'dispatch',
    dispatch: row.id,
    patient: { role: 'patient', id: 'taken' },
    name: '',
    priority: 'high',
    reasons: [],
    readings: [],
    state: 'closed',
    at: row.changed_at,
  };
}
