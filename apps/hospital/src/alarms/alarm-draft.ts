/**
 * What one commit does to alarms: raised, worsened, normal again, answered, escalated. It is gathered here and written
 * in the commit's own transaction, deliveries and calls of the ambulance with it, so that no crash can lose one of them.
 */
import { randomUUID } from 'node:crypto';
import {
  type Alarm,
  type AlarmChange,
  type AlarmEvent,
  ClinicalError,
  eventOf,
  raiseAlarm,
  transition,
} from '@vitalseal/clinical';
import type { Bytes, Identity, Timestamp } from '@vitalseal/protocol';
import { alarmAct, callOffered } from '../audit/alarm-acts.ts';
import type { Database } from '../store/batch-statement.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import type { Store } from '../store/open-store.ts';
import type { PersonRow } from '../store/people.ts';
import type { MonitoredPatient } from '../watch/monitored-patient.ts';
import type { WardEvent } from '../watch/ward-event.ts';
import { alarmNotice, encodedNotice } from './alarm-notice.ts';
import { doctorsToCall } from './on-call.ts';
import { lifeColumns, type OpenAlarmRecord } from './open-alarm.ts';
import { silenceInWords } from './patient-says.ts';
import { reasonsInWords } from './reasons.ts';

export interface AlarmDraftOptions {
  readonly hospital: Identity;
  readonly people: readonly PersonRow[];
  /** UTC ms on the hospital's clinical clock. */
  readonly now: number;
  /** T_H of this moment. */
  readonly timestamp: Timestamp;
  readonly nextNoticeNumber: () => number;
}

/** The reading that a change comes from, as the store has it. */
export interface ReadingCause {
  readonly stream: number;
  readonly sequence: number;
}

interface ChangedAlarm {
  readonly patient: number;
  readonly identity: Identity;
  alarm: Alarm;
  /** Of an alarm that is new. */
  readonly raised:
    | { readonly notice: Bytes; readonly number: number; readonly cause: ReadingCause | undefined }
    | undefined;
  readonly entries: { readonly event: string; readonly by: string | null }[];
}

export class AlarmDraft {
  readonly #options: AlarmDraftOptions;
  readonly #changed = new Map<string, ChangedAlarm>();
  readonly #deliveries: { readonly alarm: string; readonly recipients: readonly string[] }[] = [];
  readonly #calls: DispatchRow[] = [];
  readonly #events: WardEvent[] = [];

  constructor(options: AlarmDraftOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#changed.size === 0;
  }

  /** A condition of a patient changed. Returns the patient with the alarms as they now are. */
  apply(patient: MonitoredPatient, change: AlarmChange, cause?: ReadingCause): MonitoredPatient {
    const open = patient.alarms.get(change.rule);
    if (open === undefined) return change.change === 'resolved' ? patient : this.#raise(patient, change, cause);
    const next = this.#tell(patient, open, eventOf(change, this.#options.now), null);
    if (change.dispatch) this.#call(patient, open.alarm.id);
    return next;
  }

  /** An event of the life cycle. @throws ClinicalError `alarm-event-refused` */
  answer(patient: MonitoredPatient, open: OpenAlarmRecord, event: AlarmEvent, by: string | null): MonitoredPatient {
    return this.#withAlarm(patient, open, transition(open.alarm, event), event.type, by);
  }

  async write(store: Store, db: Database): Promise<void> {
    for (const [id, { patient, identity, alarm, raised, entries }] of this.#changed) {
      if (raised === undefined) {
        await store.alarms.change(db, { id, patient }, lifeColumns(alarm));
      } else {
        const { rule, priority, raisedAt } = alarm;
        await store.alarms.raise(db, {
          id,
          patient,
          rule,
          priority,
          raised_at: raisedAt,
          notice: raised.notice,
          notice_number: raised.number,
          ...lifeColumns(alarm),
        });
      }
      for (const entry of entries) {
        await store.alarms.record(db, { alarm: id, at: this.#options.now, ...entry });
        store.audit.append(db, alarmAct({ ...entry, alarm, patient: identity, cause: raised?.cause }));
      }
    }
    for (const { alarm, recipients } of this.#deliveries) {
      await store.deliveries.enqueue(db, alarm, recipients, this.#options.now);
    }
    for (const call of this.#calls) {
      if (!(await store.dispatches.call(db, call))) continue;
      this.#events.push({ type: 'dispatch', dispatch: call });
      const patient = this.#changed.get(call.alarm)?.identity;
      store.audit.append(db, callOffered({ call: call.id, alarm: call.alarm, patient }));
    }
  }

  /** What is to be told after the commit. */
  get events(): readonly WardEvent[] {
    return this.#events;
  }

  #raise(patient: MonitoredPatient, change: AlarmChange, cause: ReadingCause | undefined): MonitoredPatient {
    const { hospital, now, timestamp, nextNoticeNumber } = this.#options;
    const alarm = raiseAlarm(change, patient.policy, randomUUID(), now);
    const why = change.reason.kind === 'stale' ? silenceInWords(patient.last) : [];
    const reasons = [...reasonsInWords(change.reason), ...why];
    const number = nextNoticeNumber();
    const notice = encodedNotice(alarmNotice({ patient, hospital, timestamp, number, alarm, reasons, change }));
    this.#changed.set(alarm.id, {
      patient: patient.number,
      identity: patient.identity,
      alarm,
      raised: { notice, number, cause },
      entries: [{ event: 'raise', by: null }],
    });
    this.#deliver(alarm);
    this.#events.push({ type: 'alarm', patient: patient.number, alarm, by: null, at: now });
    if (change.dispatch) this.#call(patient, alarm.id);
    return { ...patient, alarms: new Map(patient.alarms).set(change.rule, { alarm, reasons }) };
  }

  /** As `answer`, for what no person asked for: an event without meaning in the alarm's state is none. */
  #tell(patient: MonitoredPatient, open: OpenAlarmRecord, event: AlarmEvent, by: string | null): MonitoredPatient {
    try {
      return this.answer(patient, open, event, by);
    } catch (error) {
      if (error instanceof ClinicalError && error.code === 'alarm-event-refused') return patient;
      throw error;
    }
  }

  #withAlarm(
    patient: MonitoredPatient,
    open: OpenAlarmRecord,
    alarm: Alarm,
    event: string,
    by: string | null,
  ): MonitoredPatient {
    const changed = this.#changed.get(alarm.id);
    const entry = { event, by };
    if (changed === undefined) {
      this.#changed.set(alarm.id, {
        patient: patient.number,
        identity: patient.identity,
        alarm,
        raised: undefined,
        entries: [entry],
      });
    } else {
      changed.alarm = alarm;
      changed.entries.push(entry);
    }
    // Also on the last step of the ladder: whoever has come on call since is sent it now.
    if (alarm.state === 'escalated') this.#deliver(alarm);
    if (alarm.state !== open.alarm.state || event === 'escalate') {
      this.#events.push({ type: 'alarm', patient: patient.number, alarm, by, at: this.#options.now });
    }
    const alarms = new Map(patient.alarms);
    if (alarm.state === 'resolved') alarms.delete(alarm.rule);
    else alarms.set(alarm.rule, { alarm, reasons: open.reasons });
    return { ...patient, alarms };
  }

  #deliver(alarm: Alarm): void {
    const level = alarm.state === 'resolved' ? 0 : alarm.level;
    const recipients = doctorsToCall(this.#options.people, level);
    this.#deliveries.push({ alarm: alarm.id, recipients });
    this.#events.push({ type: 'delivery', recipients });
  }

  #call(patient: MonitoredPatient, alarm: string): void {
    const { now } = this.#options;
    const times = { called_at: now, changed_at: now, closed_at: null };
    this.#calls.push({ id: randomUUID(), alarm, patient: patient.number, state: 'offered', crew: null, ...times });
  }
}
