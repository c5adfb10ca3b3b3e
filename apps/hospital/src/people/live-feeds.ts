/**
 * Everyone who looks on. Turns what a commit changed into messages for those whose role may see them: doctors see the
 * ward, a crew sees the calls that are offered to it or its own.
 */
import { type Bytes, encodeHospitalToDoctor, type HospitalToDoctor, type Identity } from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import type { Store } from '../store/open-store.ts';
import type { Ward } from '../watch/ward.ts';
import type { WardEvent } from '../watch/ward-event.ts';
import { FeedMessage, type LiveFeed } from './live-feed.ts';
import { alarmStateChange, dispatchMessage, patientSummary, takenByOthers } from './messages.ts';
import { type PastReadings, withPastTogether } from './past-together.ts';

export interface LiveFeedsOptions {
  readonly store: Store;
  readonly ward: () => Ward;
  readonly hospital: Identity;
  /** Hospital time per real time. */
  readonly clockSpeed: number;
  /** The hospital's keys lie in files: its people are told. */
  readonly softwareKeys: boolean;
  readonly now: () => number;
}

export class LiveFeeds {
  readonly #options: LiveFeedsOptions;
  readonly #feeds = new Set<LiveFeed>();
  /** Calls that are not closed, by id. */
  readonly #calls = new Map<string, DispatchRow>();
  readonly #beat: NodeJS.Timeout;
  #stopped = false;

  constructor(options: LiveFeedsOptions) {
    this.#options = options;
    this.#beat = setInterval(() => {
      for (const feed of this.#feeds) feed.beat();
    }, 10_000);
    this.#beat.unref();
  }

  async load(): Promise<void> {
    for (const row of await this.#options.store.dispatches.open()) this.#calls.set(row.id, row);
  }

  get size(): number {
    return this.#feeds.size;
  }

  /** Calls that no crew has taken yet. */
  get callsWaiting(): number {
    return [...this.#calls.values()].filter(({ state }) => state === 'offered').length;
  }

  /** The patient's calls that are not closed. */
  callsOf(patient: number): DispatchRow[] {
    return [...this.#calls.values()].filter((row) => row.patient === patient);
  }

  isOnCallFor(patient: number, crew: string): boolean {
    return [...this.#calls.values()].some((row) => row.patient === patient && this.concerns(row, crew));
  }

  /** A call is for the crew that took it; until then, for those on call. */
  concerns({ crew }: DispatchRow, name: string): boolean {
    return crew === null ? this.#ward.isOnCall(name) : crew === name;
  }

  doctors(): LiveFeed[] {
    return [...this.#feeds].filter(({ channel }) => channel.peer.role === 'doctor');
  }

  ofChannel(channel: OpenChannel): LiveFeed | undefined {
    for (const feed of this.#feeds) if (feed.channel === channel) return feed;
    return undefined;
  }

  /** Tells a new reader all there is; from then on it hears what changes, with nothing lost between. */
  join(feed: LiveFeed): void {
    this.ofChannel(feed.channel)?.finish();
    // Asked for while the hospital was stopping: nobody would end it.
    if (this.#stopped) {
      feed.finish();
      return;
    }
    this.#feeds.add(feed);
    this.#begin(feed);
  }

  #begin(feed: LiveFeed): void {
    const { hospital, clockSpeed, softwareKeys } = this.#options;
    const now = this.#options.now();
    const messages: HospitalToDoctor[] = [
      { type: 'welcome', hospital, at: now, clockSpeed, ...(softwareKeys ? { softwareKeys } : {}) },
    ];
    if (feed.channel.peer.role === 'doctor') {
      for (const patient of this.#ward.admitted()) messages.push(patientSummary(patient, now));
    } else {
      for (const row of this.#calls.values()) messages.push(...this.#callFor(row, feed.channel.peerName));
    }
    messages.push({ type: 'complete', at: now });
    feed.begin(messages.map(messageOf));
  }

  leave(feed: LiveFeed): void {
    this.#feeds.delete(feed);
  }

  /** The channel is closed: whoever reads on it hears nothing more. */
  cut(channel: OpenChannel): void {
    this.ofChannel(channel)?.cut();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#beat);
    for (const feed of [...this.#feeds]) feed.finish();
  }

  tell(events: readonly WardEvent[]): void {
    for (const event of withPastTogether(events)) {
      if (event.type === 'dispatch') this.#changeCall(event.dispatch);
      else if (this.#feeds.size > 0) this.#tellOf(event);
    }
  }

  #tellOf(event: Exclude<WardEvent, { type: 'dispatch' }> | PastReadings): void {
    if (event.type === 'delivery') return;
    if (event.type === 'rota') {
      for (const feed of this.#feeds) if (feed.channel.peer.role === 'ambulance') this.#begin(feed);
      return;
    }
    const patient = this.#ward.get(event.patient);
    if (patient === undefined) return;
    const now = this.#options.now();
    switch (event.type) {
      case 'reading': {
        const { reading, news2, at } = event;
        this.#tellDoctors({ type: 'reading', patient: patient.identity, reading, news2, at });
        for (const row of this.#calls.values()) {
          if (row.patient === event.patient) this.#tellCrews(row, dispatchMessage(patient, row, now, [reading]));
        }
        return;
      }
      case 'past':
        this.#tellDoctors({ type: 'past', patient: patient.identity, from: event.from, at: now });
        return;
      case 'alarm': {
        const { alarm, by, at } = event;
        // A new alarm comes with its patient: not everyone on the ward is sent the notice itself.
        if (alarm.state === 'raised' && alarm.raisedAt === at) this.#tellDoctors(patientSummary(patient, now));
        else this.#tellDoctors(alarmStateChange(patient, alarm, by, at));
        return;
      }
      case 'patient':
        this.#tellDoctors(patientSummary(patient, now));
        return;
      case 'departure':
        // There is no word for who is gone: a page forgets whoever is not named from a welcome to its end.
        for (const feed of this.doctors()) this.#begin(feed);
    }
  }

  #changeCall(row: DispatchRow): void {
    if (row.closed_at === null) this.#calls.set(row.id, row);
    else this.#calls.delete(row.id);
    for (const feed of this.#feeds) {
      const { role } = feed.channel.peer;
      if (role === 'ambulance')
        for (const message of this.#callFor(row, feed.channel.peerName)) feed.push(messageOf(message));
    }
  }

  #callFor(row: DispatchRow, crew: string): HospitalToDoctor[] {
    const patient = this.#ward.get(row.patient);
    if (patient === undefined) return [];
    return [this.concerns(row, crew) ? dispatchMessage(patient, row, this.#options.now()) : takenByOthers(row)];
  }

  #tellDoctors(message: HospitalToDoctor): void {
    const shared = messageOf(message);
    for (const feed of this.#feeds) if (feed.channel.peer.role === 'doctor') feed.push(shared);
  }

  #tellCrews(row: DispatchRow, message: HospitalToDoctor): void {
    const shared = messageOf(message);
    for (const feed of this.#feeds) {
      const { peer, peerName } = feed.channel;
      if (peer.role === 'ambulance' && this.concerns(row, peerName)) feed.push(shared);
    }
  }

  get #ward(): Ward {
    return this.#options.ward();
  }
}

export function messageOf(message: HospitalToDoctor): FeedMessage {
  return new FeedMessage(() => encodeHospitalToDoctor(message) satisfies Bytes);
}
