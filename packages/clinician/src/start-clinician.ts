// Starts the device: the key out of custody, the link, and everything that is heard into the ward.
import type { Bytes, DoctorToHospital, HospitalToDoctor } from '@vitalseal/protocol';
import type { Clinician, ClinicianOptions } from './clinician.ts';
import type { DeviceCredential } from './custody/key-custody.ts';
import { usableCredential } from './custody/usable-credential.ts';
import { renewWhenDue } from './enrolment/renew.ts';
import { ClinicianError, codeOf } from './errors.ts';
import { usualBackoff } from './link/backoff.ts';
import type { Channel } from './link/channel.ts';
import { HospitalLink, usualSilenceMs } from './link/hospital-link.ts';
import { careLanguage } from './link/language.ts';
import { Receipts } from './link/receipts.ts';
import type { Transport } from './link/transport.ts';
import { SessionKeeper } from './session/session-keeper.ts';
import { hospitalTime } from './ward/hospital-clock.ts';
import { LateReadings } from './ward/late-readings.ts';
import { forgetUnnamed, receive } from './ward/receive.ts';
import { receiveNotice } from './ward/receive-alarm.ts';
import type { Link } from './ward/ward.ts';
import { emptyWard, WardStore, withoutPatients } from './ward/ward-store.ts';

type CareChannel = Channel<DoctorToHospital, HospitalToDoctor>;

/** Resuming asks for a little more than what was missed: a change that was on its way when the link broke. */
const overlapMs = 60_000;

/** @throws ClinicianError `not-enrolled`, `certificate-expired`, `link-for-another-role`, `key-store-unavailable` */
export async function startClinician(options: ClinicianOptions): Promise<Clinician> {
  const { role, custody, now = Date.now } = options;
  const credential = await usableCredential(custody, [role], now());
  const transport = { hospitalUrl: options.hospitalUrl, fetch: options.fetch ?? globalThis.fetch.bind(globalThis) };
  const running = new RunningClinician(options, credential, transport);
  running.start();
  // It is tried again at the next start; when it fails to the end, the certificate's expiry says so.
  renewWhenDue({ credential, custody, transport, now }).catch(() => undefined);
  return running;
}

class RunningClinician implements Clinician {
  readonly ward: WardStore;
  readonly #options: ClinicianOptions;
  readonly #now: () => number;
  readonly session: SessionKeeper;
  readonly #link: HospitalLink<DoctorToHospital, HospitalToDoctor>;
  readonly #receipts: Receipts;
  readonly #late = new LateReadings({
    load: (patient, from) => this.loadHistory(patient, from),
    onProblem: (error) => this.#countUnusable(codeOf(error)),
  });
  readonly #received = new Set<string>();
  readonly #named = { patients: new Set<string>(), dispatches: new Set<string>() };
  #opened = 0;
  #readings = 0;

  constructor(options: ClinicianOptions, credential: DeviceCredential, transport: Transport) {
    const { now = Date.now } = options;
    this.#options = options;
    this.#now = now;
    this.ward = new WardStore(emptyWard(credential.identity, now()));
    this.#receipts = new Receipts({
      send: async (receipt) => {
        await this.#link.ask(receipt);
      },
      onAccepted: ({ kind }) => {
        if (kind === 'opened') this.#opened += 1;
      },
      onRefused: (code) => this.#countUnusable(code),
    });
    this.session = new SessionKeeper({
      ask: (message) => this.#link.ask(message),
      custody: options.custody,
      passkeys: options.passkeys,
      now,
      attended: options.opens === 'person' ? 'by a person' : 'by a program',
      onLocked: () => this.#forgetPatients(),
      onEnded: () => {
        this.#forgetPatients();
        void this.stop();
      },
    });
    this.#link = new HospitalLink({
      language: careLanguage,
      transport,
      credential,
      now,
      backoff: options.backoff ?? usualBackoff,
      silenceMs: options.silenceMs ?? usualSilenceMs,
      since: () => this.#since(),
      onLink: (link) => this.#linkChanged(link),
      onRelease: (release) => this.ward.change((ward) => ({ ...ward, release })),
      onRecord: (channel, record) => this.#receiveRecord(channel, record),
    });
  }

  start(): void {
    this.#link.start();
  }

  counts() {
    const { dispatches, unusable } = this.ward.get();
    return {
      received: this.#received.size,
      opened: this.#opened,
      readings: this.#readings,
      dispatches: dispatches.size,
      unusable: unusable.count,
    };
  }

  markOpened(alarm: string): void {
    if (this.#options.opens === 'person' && this.#received.has(alarm)) this.#receipts.owe(alarm, 'opened');
  }

  async acknowledge(alarm: string): Promise<void> {
    this.#changeAlarm(alarm, true);
    try {
      await this.#link.ask({ type: 'acknowledge', alarm });
    } finally {
      this.#changeAlarm(alarm, false);
    }
  }

  async setDispatchState(dispatch: string, state: Extract<DoctorToHospital, { type: 'dispatch-state' }>['state']) {
    this.#changeDispatch(dispatch, true);
    try {
      await this.#link.ask({ type: 'dispatch-state', dispatch, state });
    } finally {
      this.#changeDispatch(dispatch, false);
    }
  }

  async loadHistory(patient: string, from: number): Promise<void> {
    await this.#link.ask({
      type: 'history',
      patient: { role: 'patient', id: patient },
      from: Math.max(0, Math.floor(from)),
    });
    this.ward.change((ward) => {
      const known = ward.patients.get(patient);
      if (known === undefined) return ward;
      const historyFrom = Math.min(from, known.historyFrom ?? from);
      return { ...ward, patients: new Map(ward.patients).set(patient, { ...known, historyFrom }) };
    });
  }

  async breakGlass(patient: string, reason: string): Promise<void> {
    await this.#link.ask({ type: 'break-glass', patient, reason });
  }

  wake(): void {
    this.#link.wake();
  }

  stop(): Promise<void> {
    this.#late.stop();
    this.session.stop();
    return this.#link.stop();
  }

  async #receiveRecord(channel: CareChannel, record: Bytes): Promise<void> {
    try {
      await this.#receive(channel, await channel.openRecord(record));
    } catch (error) {
      const code = codeOf(error);
      this.#countUnusable(code);
      if (code === 'record-not-opened' || code === 'alarm-not-opened') this.#link.resync();
    }
  }

  async #receive(channel: CareChannel, message: HospitalToDoctor): Promise<void> {
    if (message.type === 'alarm') return this.#receiveAlarm(channel, message.envelope);
    switch (message.type) {
      case 'result':
      case 'challenge':
      case 'my-sessions':
        throw new ClinicianError('message-not-understood', 'expected no answer in the feed');
      case 'session':
      case 'locked':
      case 'session-ended':
        this.session.receive(message);
        return;
      case 'welcome':
        this.session.receive(message);
    }
    const openedAt = this.#now();
    this.ward.change((ward) => receive(ward, message, openedAt));
    if (message.type === 'past' && this.#isOnShow(message.patient.id))
      this.#late.note(message.patient.id, message.from);
    this.#note(message);
    if (message.type === 'complete') {
      this.session.receive(message);
      this.#completed();
    }
    if (message.type === 'reading') {
      this.#readings += 1;
      this.#options.onReading?.(message, openedAt);
    }
  }

  #note(message: HospitalToDoctor): void {
    const { patients, dispatches } = this.#named;
    if (message.type === 'welcome') {
      patients.clear();
      dispatches.clear();
    }
    if (message.type === 'patient') patients.add(message.patient.id);
    if (message.type === 'dispatch') dispatches.add(message.dispatch);
  }

  async #receiveAlarm(channel: CareChannel, envelope: Bytes): Promise<void> {
    const notice = await channel.openAlarm(envelope);
    const openedAt = this.#now();
    this.#named.patients.add(notice.patient.id);
    this.ward.change((ward) => receiveNotice(ward, notice));
    this.#receipts.owe(notice.alarm, 'received');
    if (this.#received.has(notice.alarm)) return;
    this.#received.add(notice.alarm);
    const { clock } = this.ward.get();
    const latencyMs = Math.max(0, (hospitalTime(clock, openedAt) - notice.sentAt.utcMs) / (clock?.speed ?? 1));
    await this.#options.onAlarm?.({ notice, openedAt, latencyMs });
    if (this.#options.opens !== 'person') this.#receipts.owe(notice.alarm, 'opened');
  }

  /** Whether the past of this patient was asked for: of others only what is measured now is held. */
  #isOnShow(patient: string): boolean {
    return this.ward.get().patients.get(patient)?.historyFrom !== undefined;
  }

  /** The past that was missed while the link was away, for those whose past is on show. */
  #completed(): void {
    this.ward.change((ward) => forgetUnnamed(ward, this.#named));
    for (const { id, historyFrom, lastMeasuredAt } of this.ward.get().patients.values()) {
      if (historyFrom === undefined) continue;
      this.loadHistory(id, (lastMeasuredAt ?? historyFrom) - overlapMs).catch((error: unknown) => {
        this.#countUnusable(codeOf(error));
      });
    }
  }

  #linkChanged(link: Link): void {
    const wasLive = this.ward.get().link.kind === 'live';
    this.ward.change((ward) => ({ ...ward, link }));
    if (link.kind === 'live' && !wasLive) void this.#receipts.settle();
  }

  #since(): number | undefined {
    const { clock, complete } = this.ward.get();
    // Of a locked session nothing is held: it begins anew.
    return clock === undefined || !complete || this.session.state.get().kind === 'locked'
      ? undefined
      : Math.max(0, Math.floor(clock.heard - overlapMs * clock.speed));
  }

  /** Nobody is at the device, or whoever is has no business with it any more. */
  #forgetPatients(): void {
    this.ward.change(withoutPatients);
  }

  #countUnusable(code: string): void {
    this.ward.change((ward) => ({
      ...ward,
      unusable: { count: ward.unusable.count + 1, lastAt: this.#now(), lastCode: code },
    }));
  }

  #changeAlarm(id: string, acknowledging: boolean): void {
    this.ward.change((ward) => {
      const alarm = ward.alarms.get(id);
      return alarm === undefined
        ? ward
        : { ...ward, alarms: new Map(ward.alarms).set(id, { ...alarm, acknowledging }) };
    });
  }

  #changeDispatch(id: string, changing: boolean): void {
    this.ward.change((ward) => {
      const dispatch = ward.dispatches.get(id);
      if (dispatch === undefined) return ward;
      return { ...ward, dispatches: new Map(ward.dispatches).set(id, { ...dispatch, changing }) };
    });
  }
}
