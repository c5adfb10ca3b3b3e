/**
 * The life of an alarm and of a call, as the log tells it: never which rule or value it comes from. The state that an alarm is in
 * afterwards is what the store is held against.
 */
import type { AuditAct } from '@vitalseal/audit';
import type { Alarm } from '@vitalseal/clinical';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import type { ReadingCause } from '../alarms/alarm-draft.ts';
import type { Shared } from '../alarms/patient-says.ts';
import { systemActor } from './acts.ts';

export interface AlarmHappening {
  readonly alarm: Alarm;
  readonly patient: Identity;
  /** Of the life cycle (packages/clinical). */
  readonly event: string;
  readonly by: string | null;
  readonly cause: ReadingCause | undefined;
}

export function alarmAct({ alarm, patient, event, by, cause }: AlarmHappening): AuditAct {
  const { id, priority, state } = alarm;
  const told = { actor: by ?? systemActor, patient: formatIdentity(patient) };
  switch (event) {
    case 'raise': {
      const reading = cause === undefined ? {} : { reading: [cause.stream, cause.sequence] };
      return { ...told, kind: 'alarm-raised', what: { alarm: id, priority, state, ...reading } };
    }
    case 'notify':
      return { ...told, kind: 'alarm-received', what: { alarm: id, state } };
    case 'acknowledge':
      return { ...told, kind: 'alarm-acknowledged', what: { alarm: id, state } };
    default:
      return { ...told, kind: 'alarm-changed', what: { alarm: id, event, priority, state } };
  }
}

/** The patient's own deed, as the card has told it under its seal. */
export function consentChanged(patient: Identity, { readings, place }: Shared): AuditAct {
  const name = formatIdentity(patient);
  return { kind: 'consent-changed', actor: name, patient: name, what: { readings, place } };
}

export interface OfferedCall {
  readonly call: string;
  readonly alarm: string;
  readonly patient: Identity | undefined;
}

export function callOffered({ call, alarm, patient }: OfferedCall): AuditAct {
  const concerned = patient === undefined ? {} : { patient: formatIdentity(patient) };
  return { kind: 'call-offered', actor: systemActor, ...concerned, what: { call, alarm } };
}
