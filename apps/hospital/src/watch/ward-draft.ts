/** The ward as it will be after a commit: readings taken in, time passed, alarms answered. Written with the commit, in force after it. */
import { type AlarmEvent, isEscalationDue } from '@vitalseal/clinical';
import type { Identity, Step2Message } from '@vitalseal/protocol';
import { AlarmDraft, type AlarmDraftOptions } from '../alarms/alarm-draft.ts';
import type { OpenAlarmRecord } from '../alarms/open-alarm.ts';
import { callForHelp, phonePutBack, type Shared, sharedSince } from '../alarms/patient-says.ts';
import { unansweredCall } from '../alarms/unanswered-call.ts';
import { consentChanged } from '../audit/alarm-acts.ts';
import type { Database } from '../store/batch-statement.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import type { Store } from '../store/open-store.ts';
import type { TriageRow } from '../store/triage-states.ts';
import { clinicalValues } from './clinical-values.ts';
import { type OnProblem, observed, ticked } from './evaluate.ts';
import { type MonitoredPatient, type OwnLast, withReading } from './monitored-patient.ts';
import { encodeMemory } from './patient-memory.ts';
import type { WardEvent } from './ward-event.ts';
import { whatCounts } from './what-counts.ts';

export interface NewlyStored {
  /** The store's number of the reading. */
  readonly number: number;
  /** Of its origin. */
  readonly stream: number;
  readonly patient: number;
  readonly message: Step2Message;
}

export interface WardDraftOptions extends AlarmDraftOptions {
  readonly store: Store;
  /** Patients as of the last commit. */
  readonly current: (patient: number) => MonitoredPatient | undefined;
  /** Whether anybody looks on: without that no event is made of a reading. */
  readonly watched: boolean;
  /** The patient's calls of the ambulance that are not closed. */
  readonly callsOf: (patient: number) => readonly DispatchRow[];
  readonly onCommitted: (draft: WardDraft) => void;
  readonly onProblem: OnProblem;
}

export class WardDraft {
  readonly #options: WardDraftOptions;
  readonly #alarms: AlarmDraft;
  readonly #patients = new Map<number, MonitoredPatient>();
  /** Whose rules changed an alarm: their memory is stored with it, or a restart would raise it a second time. */
  readonly #remember = new Set<number>();
  /** Maps that were made in this draft and are nobody else's yet. */
  readonly #own = new Map<number, OwnLast>();
  readonly #told: WardEvent[] = [];
  readonly #shared: { readonly patient: Identity; readonly shared: Shared }[] = [];
  #newest = 0;

  constructor(options: WardDraftOptions) {
    this.#options = options;
    this.#alarms = new AlarmDraft(options);
  }

  get isEmpty(): boolean {
    return this.#remember.size === 0 && this.#alarms.isEmpty;
  }

  get patients(): ReadonlyMap<number, MonitoredPatient> {
    return this.#patients;
  }

  /** The store's number of the newest reading taken in, 0 if there was none. */
  get newestReading(): number {
    return this.#newest;
  }

  get events(): readonly WardEvent[] {
    return [...this.#told, ...this.#alarms.events];
  }

  /** Takes in one reading that the store did not have. */
  observe({ number, stream, patient: which, message }: NewlyStored): void {
    const patient = this.#patient(which);
    if (patient === undefined) return;
    const { reading } = message;
    const { now, watched, onProblem } = this.#options;
    const at = reading.measuredAt.utcMs;
    const values = clinicalValues(whatCounts(patient, reading, now));
    const { state, news2, changes } = observed(patient, { at, values, receivedAt: now }, onProblem);
    const seen = withReading(patient, this.#ownLast(patient), message, now);
    let next: MonitoredPatient = { ...patient, ...seen, state, news2, through: number };
    const cause = { stream, sequence: reading.origin.sequence };
    const said = [...changes, ...callForHelp(reading, now), ...phonePutBack(reading, now)];
    for (const change of said) next = this.#alarms.apply(next, change, cause);
    const shared = sharedSince(reading);
    if (shared !== undefined) this.#shared.push({ patient: patient.identity, shared });
    if (said.length > 0 || shared !== undefined) this.#remember.add(which);
    this.#patients.set(which, next);
    this.#newest = Math.max(this.#newest, number);
    if (watched) this.#told.push({ type: 'reading', patient: which, reading, news2, at: now });
  }

  /** Lets time pass for one patient: silence, and alarms that nobody answers. */
  tick(patient: MonitoredPatient): void {
    const { now, callsOf, onProblem } = this.#options;
    const { state, changes } = ticked(patient, now, onProblem);
    let next = state === patient.state ? patient : { ...patient, state };
    for (const change of changes) next = this.#alarms.apply(next, change);
    const call = unansweredCall(next, callsOf(patient.number), now);
    if (call !== undefined) next = this.#alarms.apply(next, call);
    for (const open of next.alarms.values()) {
      if (isEscalationDue(open.alarm, now)) next = this.#alarms.answer(next, open, { type: 'escalate', at: now }, null);
    }
    if (changes.length > 0) this.#remember.add(patient.number);
    if (next !== patient) this.#patients.set(patient.number, next);
  }

  /** A person or a device answered. @throws ClinicalError `alarm-event-refused` */
  answer(which: number, open: OpenAlarmRecord, event: AlarmEvent, by: string): void {
    const patient = this.#patient(which);
    if (patient !== undefined) this.#patients.set(which, this.#alarms.answer(patient, open, event, by));
  }

  /** Something else that the commit changes and people are told of. */
  tell(event: WardEvent): void {
    this.#told.push(event);
  }

  async write(db: Database): Promise<void> {
    const { store } = this.#options;
    if (!this.#alarms.isEmpty) await this.#alarms.write(store, db);
    for (const { patient, shared } of this.#shared) store.audit.append(db, consentChanged(patient, shared));
    if (this.#remember.size === 0) return;
    const rows: TriageRow[] = [];
    for (const number of this.#remember) {
      const patient = this.#patients.get(number);
      if (patient !== undefined) rows.push({ patient: number, through: patient.through, state: encodeMemory(patient) });
    }
    await store.triage.save(db, rows);
  }

  /** Only after the commit. */
  committed(): void {
    this.#options.onCommitted(this);
  }

  #ownLast({ number, last }: MonitoredPatient): OwnLast {
    let own = this.#own.get(number);
    if (own === undefined) {
      // Not by the constructor, which makes an entry of each pair only to take it apart.
      const copy: OwnLast = new Map();
      last.forEach((value, code) => {
        copy.set(code, value);
      });
      own = copy;
      this.#own.set(number, own);
    }
    return own;
  }

  #patient(number: number): MonitoredPatient | undefined {
    return this.#patients.get(number) ?? this.#options.current(number);
  }
}
