/**
 * Everyone who looks on. Turns what a commit changed into messages for those who may see them: each is asked of
 * `Access` as it is told. A feed whose view changes begins anew; one that is locked is told only that something waits.
 */
import type { HospitalToDoctor, Identity, OfficeTopic } from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';
import type { EndedSession, Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import type { EmergencyAccessRow } from '../store/emergency-accesses.ts';
import type { MonitoredPatient } from '../watch/monitored-patient.ts';
import type { Ward } from '../watch/ward.ts';
import type { WardEvent } from '../watch/ward-event.ts';
import type { Access } from './access.ts';
import { CallNews, type CallNewsOptions } from './call-news.ts';
import { emergencyAccess } from './emergency-news.ts';
import { type FeedMessage, messageOf, officeMessageOf } from './feed-message.ts';
import type { PatientAct } from './least-authority.ts';
import type { LiveFeed } from './live-feed.ts';
import { alarmStateChange, dispatchMessage, patientSummary } from './messages.ts';
import type { OpenCalls } from './open-calls.ts';
import { type PastReadings, withPastTogether } from './past-together.ts';
import { lockedNews, sessionNews } from './session-news.ts';

export interface LiveFeedsOptions extends CallNewsOptions {
  readonly sessions: () => Sessions;
  readonly access: Access;
  readonly hospital: Identity;
  /** Hospital time per real time. */
  readonly clockSpeed: number;
  /** The hospital's keys lie in files: its people are told. */
  readonly softwareKeys: boolean;
  /** A feed begins or ends to see these patients. */
  readonly onWatch?: (feed: LiveFeed, change: WatchChange) => void;
}

export interface WatchChange {
  readonly change: 'began' | 'ended';
  /** The store's numbers. */
  readonly patients: readonly number[];
}

/** What a feed was last begun with. */
interface View {
  readonly sees: string;
  readonly locked: boolean;
  /** Of a locked one, and of the office: what it was last told, so that only changes are. */
  told: string;
  /** Whom it shows: who is admitted later comes to it. */
  readonly patients: Set<number>;
}

export class LiveFeeds {
  readonly #options: LiveFeedsOptions;
  readonly #feeds = new Map<LiveFeed, View>();
  readonly #beat: NodeJS.Timeout;
  readonly #callNews: CallNews;
  #stopped = false;
  #onBegun: () => void = () => undefined;

  constructor(options: LiveFeedsOptions) {
    this.#options = options;
    this.#callNews = new CallNews(options);
    this.#beat = setInterval(() => {
      for (const feed of this.#feeds.keys()) feed.beat();
    }, 10_000);
    this.#beat.unref();
  }

  get size(): number {
    return this.#feeds.size;
  }

  get calls(): OpenCalls {
    return this.#options.calls;
  }

  get access(): Access {
    return this.#options.access;
  }

  /** Devices of doctors on which alarms can be seen now. */
  doctors(): LiveFeed[] {
    return this.#unlocked().filter(({ channel }) => channel.peer.role === 'doctor');
  }

  /** People on call whose devices show alarms, and calls, now. */
  get seeing(): { readonly doctors: number; readonly crews: number } {
    const names = (role: string) =>
      new Set(
        this.#unlocked()
          .filter(({ channel }) => channel.peer.role === role && this.#ward.isOnCall(channel.peerName))
          .map(({ channel }) => channel.peerName),
      ).size;
    return { doctors: names('doctor'), crews: names('ambulance') };
  }

  ofChannel(channel: OpenChannel): LiveFeed | undefined {
    for (const feed of this.#feeds.keys()) if (feed.channel === channel) return feed;
    return undefined;
  }

  isConnected({ serial }: Session): boolean {
    return [...this.#feeds.keys()].some(({ channel }) => channel.serial === serial);
  }

  /** A feed has begun, or begun anew: unlocked, or on call again. What waits for its reader may be sent. */
  whenBegun(listener: () => void): void {
    this.#onBegun = listener;
  }

  /** Tells a new reader all there is; from then on it hears what changes, with nothing lost between. */
  join(feed: LiveFeed): void {
    this.ofChannel(feed.channel)?.finish();
    if (this.#stopped) feed.finish();
    else this.#begin(feed);
  }

  leave(feed: LiveFeed): void {
    const view = this.#feeds.get(feed);
    this.#feeds.delete(feed);
    if (view !== undefined) this.#watches(feed, view.patients, new Set());
  }

  /** Whether something of this patient may be told on this feed now: its session is open and unlocked. */
  mayTell(feed: LiveFeed, act: PatientAct, patient: number): boolean {
    return this.#isUnlocked(feed) && this.#may(feed, act, patient);
  }

  /** The channel is closed: whoever reads on it hears nothing more, but that the session has ended. */
  cut(channel: OpenChannel): void {
    const feed = this.ofChannel(channel);
    if (feed !== undefined && !feed.isEnding) feed.cut();
  }

  /** These sessions are over: their devices are told so, and nothing after it. */
  farewell(ended: readonly EndedSession[]): void {
    for (const { session, reason } of ended) {
      for (const feed of this.#ofSession(session)) {
        feed.farewell(messageOf({ type: 'session-ended', reason, at: this.#options.now() }));
        this.leave(feed);
      }
    }
  }

  /** Locked, unlocked, or renamed: its devices begin anew. */
  beginAnew(session: Session): void {
    for (const feed of this.#ofSession(session)) this.#begin(feed);
  }

  /** Whoever sees more or less than when their feed began has it begin anew. Those who may see as before hear nothing of it. */
  rejudge(): void {
    for (const [feed, view] of [...this.#feeds]) {
      const session = this.#options.sessions().ofChannel(feed.channel);
      const locked = session?.lockedAt !== null;
      if (view.locked !== locked || view.sees !== this.#options.access.viewOf(feed.channel)) this.#begin(feed);
      else if (locked) this.#tellWaiting(feed, view);
      else if (isOffice(feed)) this.#tellWatch(feed, view);
    }
  }

  /** The office asks again for what it shows of this. */
  tellOffice(what: OfficeTopic): void {
    for (const feed of this.#unlocked()) {
      if (isOffice(feed)) feed.push(officeMessageOf({ type: 'changed', what }));
    }
  }

  tellOfEmergency(row: EmergencyAccessRow): void {
    const named = emergencyAccess(row, this.#ward, { named: true });
    const unnamed = emergencyAccess(row, this.#ward, { named: false });
    if (named === undefined || unnamed === undefined) return;
    const toDoctors = messageOf({ type: 'emergency-access', ...named });
    const toAuditors = officeMessageOf({ type: 'emergency-access', ...unnamed });
    for (const feed of this.#unlocked()) {
      if (this.#may(feed, 'hear-of-emergency', row.patient)) feed.push(toDoctors);
      if (feed.channel.peer.role === 'auditor') feed.push(toAuditors);
    }
    this.tellOffice('emergencies');
  }

  stop(): void {
    clearInterval(this.#beat);
    this.#stopped = true;
    for (const feed of [...this.#feeds.keys()]) feed.finish();
  }

  tell(events: readonly WardEvent[]): void {
    for (const event of withPastTogether(events)) {
      if (event.type === 'dispatch') this.#changeCall(event.dispatch);
      else if (this.#feeds.size > 0) this.#tellOf(event);
    }
    for (const [feed, view] of this.#feeds) if (view.locked) this.#tellWaiting(feed, view);
  }

  #begin(feed: LiveFeed): void {
    const { hospital, clockSpeed, softwareKeys, sessions, access } = this.#options;
    const { channel } = feed;
    const now = this.#options.now();
    const session = sessions().ofChannel(channel);
    if (session === undefined) {
      feed.cut();
      return;
    }
    const locked = session.lockedAt !== null;
    const welcome: HospitalToDoctor = {
      type: 'welcome',
      hospital,
      at: now,
      clockSpeed,
      ...(softwareKeys ? { softwareKeys } : {}),
    };
    const name = this.#ward.people.find(({ identity }) => identity === channel.peerName)?.name ?? channel.peer.id;
    const news = sessionNews(session, name, sessions().settings, now);
    const messages = [messageOf(welcome), messageOf(news)];
    const before = this.#feeds.get(feed)?.patients ?? new Set();
    const patients = new Set(locked ? [] : this.#seenBy(feed));
    const view: View = { sees: access.viewOf(channel), locked, told: '', patients };
    this.#feeds.set(feed, view);
    if (locked) messages.push(this.#waitingFor(feed, view));
    else messages.push(...this.#allFor(feed, view));
    messages.push(messageOf({ type: 'complete', at: now }));
    // What waits of an alarm or a history goes on, for a doctor who sees no less than before.
    if (locked || channel.peer.role !== 'doctor' || ![...before].every((number) => patients.has(number))) feed.forget();
    feed.begin(messages);
    this.#watches(feed, before, patients);
    this.#onBegun();
  }

  #allFor(feed: LiveFeed, view: View): FeedMessage[] {
    const { access, calls } = this.#options;
    const { peer } = feed.channel;
    const now = this.#options.now();
    if (isOffice(feed)) {
      const all = [this.#watchFor(view)];
      for (const row of peer.role === 'auditor' ? access.recentEmergencies : []) {
        const told = emergencyAccess(row, this.#ward, { named: false });
        if (told !== undefined) all.push(officeMessageOf({ type: 'emergency-access', ...told }));
      }
      return all;
    }
    if (peer.role === 'ambulance') return calls.all.flatMap((row) => this.#callNews.of(feed, row));
    const all: FeedMessage[] = [];
    for (const number of view.patients) {
      const patient = this.#ward.get(number);
      if (patient !== undefined) all.push(messageOf(patientSummary(patient, now)));
    }
    for (const row of access.emergenciesFor(feed.channel)) {
      const told = emergencyAccess(row, this.#ward, { named: true });
      if (told !== undefined) all.push(messageOf({ type: 'emergency-access', ...told }));
    }
    return all;
  }

  #tellOf(event: Exclude<WardEvent, { type: 'dispatch' }> | PastReadings): void {
    if (event.type === 'delivery') return;
    if (event.type === 'rota') {
      this.rejudge();
      return;
    }
    const patient = this.#ward.get(event.patient);
    if (patient === undefined) return;
    const now = this.#options.now();
    switch (event.type) {
      case 'reading': {
        const { reading, news2, at } = event;
        this.#tellWatching(patient, { type: 'reading', patient: patient.identity, reading, news2, at });
        for (const row of this.#options.calls.ofPatient(event.patient)) {
          this.#tellCrews(row, dispatchMessage(patient, row, now, [reading]));
        }
        return;
      }
      case 'past':
        this.#tellWatching(patient, { type: 'past', patient: patient.identity, from: event.from, at: now });
        return;
      case 'alarm': {
        const { alarm, by, at } = event;
        // A new alarm comes with its patient: not everyone on the ward is sent the notice itself.
        if (alarm.state === 'raised' && alarm.raisedAt === at)
          this.#tellWatching(patient, patientSummary(patient, now));
        else this.#tellWatching(patient, alarmStateChange(patient, alarm, by, at));
        return;
      }
      case 'patient':
        this.#tellWatching(patient, patientSummary(patient, now));
        return;
      case 'departure':
        // There is no word for who is gone: a page forgets whoever is not named from a welcome to its end.
        for (const [feed, view] of [...this.#feeds]) if (view.patients.has(event.patient)) this.#begin(feed);
    }
  }

  #changeCall(row: DispatchRow): void {
    this.#options.calls.change(row);
    for (const feed of this.#unlocked()) {
      if (feed.channel.peer.role !== 'ambulance') continue;
      for (const message of this.#callNews.of(feed, row)) feed.push(message);
    }
  }

  #tellWatching({ number }: MonitoredPatient, message: HospitalToDoctor): void {
    const shared = messageOf(message);
    for (const feed of this.doctors()) {
      if (!this.#may(feed, 'watch-patient', number)) continue;
      this.#shows(feed, number);
      feed.push(shared);
    }
  }

  /** Somebody who was admitted since the feed began is watched from now on. */
  #shows(feed: LiveFeed, patient: number): void {
    const view = this.#feeds.get(feed);
    if (view === undefined || view.patients.has(patient)) return;
    view.patients.add(patient);
    this.#options.onWatch?.(feed, { change: 'began', patients: [patient] });
  }

  #tellCrews(row: DispatchRow, message: HospitalToDoctor): void {
    const shared = messageOf(message);
    for (const feed of this.#unlocked()) {
      const { peer, peerName } = feed.channel;
      if (peer.role === 'ambulance' && this.#options.calls.concerns(row, peerName)) feed.push(shared);
    }
  }

  #tellWaiting(feed: LiveFeed, view: View): void {
    const before = view.told;
    const message = this.#waitingFor(feed, view);
    if (view.told !== before) feed.push(message);
  }

  #waitingFor({ channel }: LiveFeed, view: View): FeedMessage {
    const { sessions, access, calls } = this.#options;
    const since = sessions().ofChannel(channel)?.lockedAt ?? 0;
    const news = lockedNews(channel, since, { ward: this.#ward, access, calls }, this.#options.now());
    view.told = [news.high, news.medium, news.low, news.calls].join();
    return messageOf(news);
  }

  #tellWatch(feed: LiveFeed, view: View): void {
    const before = view.told;
    const message = this.#watchFor(view);
    if (view.told !== before) feed.push(message);
  }

  #watchFor(view: View): FeedMessage {
    const { doctors, crews } = this.#ward.onCall;
    const seeing = this.seeing;
    const counts = {
      doctorsOnCall: doctors,
      doctorsSeeing: seeing.doctors,
      crewsOnCall: crews,
      crewsSeeing: seeing.crews,
    };
    view.told = Object.values(counts).join();
    return officeMessageOf({ type: 'watch', ...counts, at: this.#options.now() });
  }

  #seenBy(feed: LiveFeed): number[] {
    const admitted = this.#ward.admitted().map(({ number }) => number);
    return admitted.filter((number) => this.#may(feed, 'watch-patient', number));
  }

  #may({ channel }: LiveFeed, act: PatientAct, patient: number): boolean {
    return this.#options.access.may(channel, act, patient);
  }

  #watches(feed: LiveFeed, before: ReadonlySet<number>, after: ReadonlySet<number>): void {
    const { onWatch } = this.#options;
    const began = [...after].filter((number) => !before.has(number));
    const ended = [...before].filter((number) => !after.has(number));
    if (began.length > 0) onWatch?.(feed, { change: 'began', patients: began });
    if (ended.length > 0) onWatch?.(feed, { change: 'ended', patients: ended });
  }

  #ofSession({ serial }: Session): LiveFeed[] {
    return [...this.#feeds.keys()].filter(({ channel }) => channel.serial === serial);
  }

  /** A lock counts from its commit on, whatever a feed was begun with. */
  #unlocked(): LiveFeed[] {
    return [...this.#feeds.keys()].filter((feed) => this.#isUnlocked(feed));
  }

  #isUnlocked({ channel }: LiveFeed): boolean {
    return this.#options.sessions().ofChannel(channel)?.lockedAt === null;
  }

  get #ward(): Ward {
    return this.#options.ward();
  }
}

function isOffice({ channel }: LiveFeed): boolean {
  return channel.peer.role === 'administrator' || channel.peer.role === 'auditor';
}
