/** Step 3's message as it is made when an alarm is raised: PD, ID_P, LOC_P, T_H, N_H, ID_H, and why. */
import type { Alarm, AlarmChange } from '@vitalseal/clinical';
import { type AlarmNotice, type Bytes, encodeAlarmNotice, type Identity, type Timestamp } from '@vitalseal/protocol';
import type { MonitoredPatient } from '../watch/monitored-patient.ts';

/** Enough to see the run of readings that confirmed it. */
const readingsInNotice = 5;

export function alarmNotice({
  patient,
  hospital,
  timestamp,
  number,
  alarm,
  reasons,
  change,
}: {
  patient: MonitoredPatient;
  hospital: Identity;
  timestamp: Timestamp;
  number: number;
  alarm: Alarm;
  reasons: readonly string[];
  change: AlarmChange;
}): AlarmNotice {
  const { identity, name, location, news2, recent } = patient;
  return {
    alarm: alarm.id,
    patient: identity,
    patientName: name,
    hospital,
    sentAt: timestamp,
    sequence: number,
    ...(location && { location }),
    rule: alarm.rule,
    priority: alarm.priority,
    reasons: reasons.slice(0, 32),
    // A stream that fell silent was raised by no reading.
    readings: change.reason.kind === 'stale' ? [] : recent.slice(-readingsInNotice),
    ...(news2 && { news2 }),
  };
}

/** An alarm whose readings or particulars exceed what a notice may hold goes out without them: it does go out. */
export function encodedNotice(notice: AlarmNotice): Bytes {
  try {
    return encodeAlarmNotice(notice);
  } catch {
    const { alarm, patient, hospital, sentAt, sequence, rule, priority } = notice;
    return encodeAlarmNotice({
      alarm,
      patient,
      patientName: '',
      hospital,
      sentAt,
      sequence,
      rule,
      priority,
      reasons: ['what raised it does not fit into this notice: look at the patient'],
      readings: [],
    });
  }
}
