/**
 * All patients under the hospital's care, as of the last commit. Readings, ticks and answers make a draft, the draft is
 * written with its transaction, and only a commit makes it the ward.
 */

import type { Policy } from '@vitalseal/clinical';
import { formatIdentity, type Identity, type Timestamp } from '@vitalseal/protocol';
import { crewsOnCall } from '../alarms/on-call.ts';
import type { OpenAlarmRecord } from '../alarms/open-alarm.ts';
import { HospitalError } from '../errors.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import type { Store } from '../store/open-store.ts';
import type { PatientRow } from '../store/patients.ts';
import type { PersonRow } from '../store/people.ts';
import type { TriageRow } from '../store/triage-states.ts';
import type { OnProblem } from './evaluate.ts';
import { loadPatients, policyOf, triageMark } from './load-patients.ts';
import type { MonitoredPatient } from './monitored-patient.ts';
import { encodeMemory } from './patient-memory.ts';
import { WardDraft } from './ward-draft.ts';
import type { WardEvent } from './ward-event.ts';

export type { WardDraft } from './ward-draft.ts';

/** A tally that grows with every change of patients or people, whichever process makes it. */
export const rosterTally = 'roster';

export interface WardOptions {
  readonly store: Store;
  readonly hospital: Identity;
  readonly timestamp: (utcMs: number) => Timestamp;
  /** Whether anybody looks on: without that no event is made of a reading. */
  readonly isWatched: () => boolean;
  /** The patient's calls of the ambulance that are not closed, as of the last commit. */
  readonly callsOf: (patient: number) => readonly DispatchRow[];
  /** Told of a row that cannot be read; everyone else is served. */
  readonly onProblem: OnProblem;
}

export type WardListener = (events: readonly WardEvent[]) => void;

export class Ward {
  readonly #options: WardOptions;
  readonly #listeners = new Set<WardListener>();
  #patients = new Map<number, MonitoredPatient>();
  #numbers = new Map<string, number>();
  #people: readonly PersonRow[] = [];
  #onCall: ReadonlySet<string> = new Set();
  #roster = 0;
  #noticeNumber = 0;
  /** Taken in since their memory was last stored. */
  readonly #unstored = new Set<number>();
  #newestReading = 0;
  /** Patients whose last commit ended so that only the store knows. */
  readonly #forgotten = new Set<number>();

  private constructor(options: WardOptions) {
    this.#options = options;
  }

  static async load(options: WardOptions): Promise<Ward> {
    const ward = new Ward(options);
    const { store } = options;
    ward.#roster = (await store.tallies.all()).get(rosterTally) ?? 0;
    ward.#take(await store.people.all());
    await ward.#renewLostKeys(await store.patients.all());
    ward.#noticeNumber = await store.alarms.nextNoticeNumber();
    ward.#patients = await loadPatients(store, store.database, options.onProblem);
    ward.#newestReading = Math.max(0, ...[...ward.#patients.values()].map(({ through }) => through));
    for (const number of ward.#patients.keys()) ward.#unstored.add(number);
    ward.#indexNumbers();
    return ward;
  }

  get people(): readonly PersonRow[] {
    return this.#people;
  }

  get size(): number {
    return this.#numbers.size;
  }

  /** The store's number of an admitted patient. */
  numberOf(id: string): number | undefined {
    return this.#numbers.get(id);
  }

  /** An admitted patient, or someone on our staff in the role they come in. */
  knows({ role, id }: Identity): boolean {
    if (role === 'patient') return this.#numbers.has(id);
    const name = formatIdentity({ role, id });
    return this.#people.some(({ identity }) => identity === name);
  }

  /** @param name identity in its text form */
  isOnCall(name: string): boolean {
    return this.#onCall.has(name);
  }

  /** Who is on call is asked for every patient, message and device. */
  #take(people: readonly PersonRow[]): void {
    this.#people = people;
    this.#onCall = new Set(people.filter(({ on_call }) => on_call === 1).map(({ identity }) => identity));
  }

  get onCall(): { doctors: number; crews: number } {
    const present = (role: string) => this.#people.filter((each) => each.role === role && each.on_call === 1).length;
    return { doctors: present('doctor'), crews: present('ambulance') };
  }

  get(number: number): MonitoredPatient | undefined {
    return this.#patients.get(number);
  }

  admitted(): MonitoredPatient[] {
    return [...this.#patients.values()].filter(({ admitted }) => admitted);
  }

  findAlarm(id: string): { patient: MonitoredPatient; open: OpenAlarmRecord } | undefined {
    for (const patient of this.#patients.values()) {
      for (const open of patient.alarms.values()) if (open.alarm.id === id) return { patient, open };
    }
    return undefined;
  }

  listen(listener: WardListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  draft(now: number): WardDraft {
    const { store, hospital, timestamp, isWatched, callsOf, onProblem } = this.#options;
    return new WardDraft({
      store,
      hospital,
      people: this.#people,
      now,
      timestamp: timestamp(now),
      nextNoticeNumber: () => this.#noticeNumber++,
      current: (number) => this.#patients.get(number),
      watched: isWatched(),
      callsOf,
      onCommitted: (draft) => this.#committed(draft),
      onProblem,
    });
  }

  /** After a commit whose outcome is unknown: what is in memory of these patients may be behind the store. */
  forget(numbers: Iterable<number>): void {
    for (const number of numbers) this.#forgotten.add(number);
  }

  /** Before a draft is made: reads the forgotten again. Throws while the store is down, and then nothing has changed. */
  async recall(): Promise<void> {
    if (this.#forgotten.size === 0) return;
    const { store, onProblem } = this.#options;
    const again = new Set(this.#forgotten);
    const { loaded, calls, noticeNumber } = await store.settled(async (db) => ({
      loaded: await loadPatients(store, db, onProblem, again),
      calls: await store.dispatches.open(db),
      noticeNumber: await store.alarms.nextNoticeNumber(db),
    }));
    this.#noticeNumber = noticeNumber;
    for (const [number, patient] of loaded) {
      this.#patients.set(number, patient);
      this.#unstored.add(number);
      this.#newestReading = Math.max(this.#newestReading, patient.through);
    }
    for (const number of again) this.#forgotten.delete(number);
    // If that commit stands nobody was told of it: alarms that it raised wait in the outbox, and crews for its calls.
    const events: WardEvent[] = [];
    for (const [patient, { admitted }] of loaded) if (admitted) events.push({ type: 'patient', patient });
    for (const dispatch of calls) if (again.has(dispatch.patient)) events.push({ type: 'dispatch', dispatch });
    if (loaded.size > 0) events.push({ type: 'delivery', recipients: [] });
    this.#tell(events);
  }

  /** Stores what the rules remember, so that a start has little to take in again. */
  async remember(): Promise<void> {
    const { store } = this.#options;
    const rows: TriageRow[] = [];
    for (const number of this.#unstored) {
      const patient = this.#patients.get(number);
      if (patient !== undefined) rows.push({ patient: number, through: patient.through, state: encodeMemory(patient) });
    }
    if (rows.length === 0) return;
    await store.transaction(async (db) => {
      await store.triage.save(db, rows);
      await store.settings.set(triageMark, String(this.#newestReading), db);
    });
    this.#unstored.clear();
  }

  /** Patients admitted or changed, people on call: whatever another process has written. Returns whether anything had changed. */
  async refresh(): Promise<boolean> {
    const { store, onProblem } = this.#options;
    const roster = (await store.tallies.get(rosterTally)) ?? 0;
    if (roster === this.#roster) return false;
    // Another process may have erased or added a key.
    await store.sealing.keys.refresh(store.database);
    const all = await store.patients.all();
    await this.#renewLostKeys(all);
    const rows = all.filter(({ erased_at }) => erased_at === null);
    const unknown = new Set(rows.map(({ number }) => number).filter((number) => !this.#patients.has(number)));
    const fresh =
      unknown.size === 0
        ? new Map<number, MonitoredPatient>()
        : await loadPatients(store, store.database, onProblem, unknown);
    const crewsBefore = crewsOnCall(this.#people).join();
    this.#take(await store.people.all());
    this.#roster = roster;
    const events: WardEvent[] = [];
    for (const { number, erased_at } of all) {
      if (erased_at !== null && this.#patients.delete(number)) events.push({ type: 'departure', patient: number });
    }
    if (crewsOnCall(this.#people).join() !== crewsBefore) events.push({ type: 'rota' });
    for (const row of rows) {
      const known = this.#patients.get(row.number) ?? fresh.get(row.number);
      if (known === undefined) continue;
      const { name, bed } = row;
      const admitted = row.discharged_at === null;
      this.#patients.set(row.number, { ...known, name, bed, admitted, policy: this.#policyOf(row, known) });
      if (admitted) events.push({ type: 'patient', patient: row.number });
      else if (known.admitted) events.push({ type: 'departure', patient: row.number });
    }
    this.#indexNumbers();
    this.#tell(events);
    return true;
  }

  async #renewLostKeys(rows: readonly PatientRow[]): Promise<void> {
    const { store, onProblem } = this.#options;
    const renewed = await store.patients.renewLostKeys(rows);
    if (renewed > 0) onProblem(new HospitalError('data-key-missing', `expected the data keys of ${renewed} patients`));
  }

  /** A policy that cannot be read leaves the one before in force. */
  #policyOf(row: PatientRow, { policy }: MonitoredPatient): Policy {
    try {
      return policyOf(row);
    } catch (error) {
      this.#options.onProblem(error);
      return policy;
    }
  }

  #indexNumbers(): void {
    this.#numbers = new Map(this.admitted().map(({ identity, number }) => [identity.id, number]));
  }

  #committed(draft: WardDraft): void {
    for (const [number, patient] of draft.patients) {
      this.#patients.set(number, patient);
      this.#unstored.add(number);
    }
    this.#newestReading = Math.max(this.#newestReading, draft.newestReading);
    if (this.#listeners.size > 0) this.#tell(draft.events);
  }

  #tell(events: readonly WardEvent[]): void {
    if (events.length === 0) return;
    for (const listener of this.#listeners) listener(events);
  }
}
