// An alarm as this device has it: from the notice that only its key opens, from the patient's summary, and from what
// happened to it since.
import type { AlarmNotice, AlarmState, AlarmStateChange, AlarmSummary, PatientSummary } from '@vitalseal/protocol';
import { addMeasured, measuredOf } from './measured-vitals.ts';
import { patientOf, withPatient } from './patient.ts';
import { type Alarm, isOpen, type Ward } from './ward.ts';

const mostResolved = 500;

/** The life cycle's order: a notice that comes after the news of its own end must not bring the alarm back. */
const progress: Record<AlarmState, number> = { raised: 0, notified: 1, escalated: 2, acknowledged: 3, resolved: 4 };

function alarmOf(summary: AlarmSummary, patient: string, before: Alarm | undefined): Alarm {
  const { id, rule, priority, reasons, state, raisedAt, acknowledged, escalatedAt, resolvedAt } = summary;
  return {
    id,
    patient,
    rule,
    priority,
    reasons,
    state,
    raisedAt,
    ...(acknowledged && { acknowledged }),
    ...(escalatedAt !== undefined && { escalatedAt }),
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(before?.acknowledging === true && acknowledged === undefined && { acknowledging: true }),
  };
}

/** A summary names all open alarms of its patient: one that was open here and is not named has been resolved. */
export function alarmsAfter(ward: Ward, { patient, alarms: named, at }: PatientSummary): ReadonlyMap<string, Alarm> {
  const alarms = new Map(ward.alarms);
  for (const alarm of ward.alarms.values()) {
    if (alarm.patient === patient.id && isOpen(alarm))
      alarms.set(alarm.id, { ...alarm, state: 'resolved', resolvedAt: at });
  }
  for (const summary of named) alarms.set(summary.id, alarmOf(summary, patient.id, ward.alarms.get(summary.id)));
  return alarms;
}

/** A page stays open for weeks: of those that are over only the latest are kept. */
function withoutOldest(alarms: Map<string, Alarm>): Map<string, Alarm> {
  const over = [...alarms.values()].filter((alarm) => !isOpen(alarm)).sort((a, b) => a.raisedAt - b.raisedAt);
  for (const { id } of over.slice(0, Math.max(0, over.length - mostResolved))) alarms.delete(id);
  return alarms;
}

/** A notice may have waited in the hospital's outbox until its alarm was over. */
function isOver(ward: Ward, { sentAt, patient }: AlarmNotice): boolean {
  return ward.patients.has(patient.id) && ward.feedBegan !== undefined && sentAt.utcMs < ward.feedBegan;
}

export function receiveNotice(ward: Ward, notice: AlarmNotice): Ward {
  const before = ward.alarms.get(notice.alarm);
  const patient = patientOf(ward, notice.patient, notice.patientName);
  const alarm: Alarm = {
    state: isOver(ward, notice) ? 'resolved' : 'notified',
    raisedAt: notice.sentAt.utcMs,
    ...before,
    id: notice.alarm,
    patient: notice.patient.id,
    rule: notice.rule,
    priority: notice.priority,
    reasons: notice.reasons,
  };
  const series = new Map(patient.series);
  for (const reading of notice.readings) addMeasured(series, measuredOf(reading));
  return {
    ...ward,
    alarms: withoutOldest(new Map(ward.alarms).set(alarm.id, alarm)),
    patients: withPatient(ward, {
      ...patient,
      series,
      ...(notice.news2 && patient.news2 === undefined && { news2: notice.news2 }),
      ...(notice.location && { location: notice.location }),
    }),
  };
}

/** Undefined where the alarm was never heard of: the caller says so. */
export function receiveAlarmState(ward: Ward, { alarm: id, state, by, at }: AlarmStateChange): Ward | undefined {
  const before = ward.alarms.get(id);
  if (before === undefined) return undefined;
  const { acknowledging: _asked, ...rest } = before;
  const after: Alarm = {
    ...rest,
    state: progress[state] >= progress[before.state] ? state : before.state,
    ...(state === 'acknowledged' && by && { acknowledged: { by, at } }),
    ...(state === 'escalated' && { escalatedAt: at }),
    ...(state === 'resolved' && { resolvedAt: at }),
  };
  return { ...ward, alarms: new Map(ward.alarms).set(id, after) };
}
