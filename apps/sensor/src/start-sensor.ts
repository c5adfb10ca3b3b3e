// A running sensor: measures by the schedule, keeps, and talks to its patient's phone whenever that can be reached.

import { type Bytes, type Identity, ProtocolError } from '@vitalseal/protocol';
import { Backoff, pause } from '@vitalseal/retry';
import { codeOfBond } from './bonding/bond.ts';
import type { SensorDevice } from './device/sensor-device.ts';
import { codeOf } from './errors.ts';
import type { PhoneLink } from './link/phone-link.ts';
import { PhoneSession } from './link/phone-session.ts';
import type { ScheduledReading } from './recording/replay.ts';
import { type ReadingSource, scheduledReadings } from './recording/scheduled-readings.ts';
import { type KeeperSettings, RecordKeeper } from './records/record-keeper.ts';

export interface SensorEvents {
  /** A reading was measured and kept. @param measuredAt UTC ms on the replay's clock @param at the machine's */
  readonly measured?: (reading: {
    readonly sensor: Identity;
    readonly measuredAt: number;
    readonly at: number;
  }) => void;
  /** The element has a reading. */
  readonly acknowledged?: (reading: { readonly sensor: Identity; readonly measuredAt: number }) => void;
  /** The element will never take a record; it is kept aside. */
  readonly refused?: (reading: { readonly measuredAt: number; readonly code: string }) => void;
  /** A message of the phone could not be read and was left out. */
  readonly dropped?: (message: { readonly code: string }) => void;
  /** Connected, disconnected, or held up; the code says why. */
  readonly link?: (state: { readonly state: 'ready' | 'waiting' | 'away'; readonly code?: string }) => void;
}

export interface SensorOptions {
  readonly device: SensorDevice;
  /** The patient whose secure element this sensor talks to. */
  readonly patient: Identity;
  /** In the order of time, or what gives them as they come. */
  readonly readings: readonly ScheduledReading[] | ReadingSource;
  /** How many readings this device had measured before the first of a list of `readings`; without it they are its first. */
  readonly measuredBefore?: number;
  /** On which a list of `readings` is due. */
  readonly clock: { now(): number };
  /** The next link with a phone; it may be long in coming. */
  readonly connect: (signal: AbortSignal) => Promise<PhoneLink>;
  readonly events?: SensorEvents;
  readonly settings?: Partial<KeeperSettings>;
  /** Records kept before measuring waits. */
  readonly capacity?: number;
  readonly backoff?: { readonly firstMs: number; readonly mostMs: number };
  /** How long the phone may be silent while records wait; then the sensor connects anew. */
  readonly silenceMs?: number;
}

export interface SensorCounts {
  readonly measured: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Kept here until the element has acknowledged them. */
  readonly waiting: number;
}

export interface Sensor {
  readonly identity: Identity;
  counts(): SensorCounts;
  /** On a link with its phone, with a channel to the patient's element. */
  readonly linked: boolean;
  /** When all is measured and acknowledged, or when it was stopped. Fails when the sensor's own store does. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

const usualSilenceMs = 20_000;
/** After a link with a phone that came by itself: strangers must not make the sensor wait for the next one. */
const mostBetweenCallersMs = 1_000;

export async function startSensor(options: SensorOptions): Promise<Sensor> {
  const { device, patient, settings } = options;
  const keeper = await RecordKeeper.load(device.storage, { sensor: device.identity, patient }, settings);
  return new RunningSensor(options, keeper);
}

class RunningSensor implements Sensor {
  readonly identity: Identity;
  readonly finished: Promise<void>;
  readonly #options: SensorOptions;
  readonly #keeper: RecordKeeper;
  readonly #stop = new AbortController();
  readonly #done = Promise.withResolvers<void>();
  readonly #loops: Promise<void>;
  #session: PhoneSession | undefined;
  #allMeasured = false;
  #byValue = false;
  #byCode = false;
  #capacityFreed = Promise.withResolvers<void>();

  constructor(options: SensorOptions, keeper: RecordKeeper) {
    this.identity = options.device.identity;
    this.#options = options;
    this.#keeper = keeper;
    this.finished = this.#done.promise;
    this.finished.catch(() => {});
    keeper.broken.catch((error: unknown) => this.#fail(error));
    const measuring = this.#measure().catch((error: unknown) => this.#fail(error));
    this.#loops = Promise.all([measuring, this.#talk()]).then(() => {});
  }

  counts(): SensorCounts {
    const { measured, acknowledged, refused } = this.#keeper.progress;
    return { measured, acknowledged, refused, waiting: this.#keeper.queue.size };
  }

  get linked(): boolean {
    return this.#session !== undefined && this.#keeper.hasChannel;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#capacityFreed.resolve();
    this.#session?.close();
    await this.#loops;
    this.#done.resolve();
  }

  #fail(error: unknown): void {
    this.#done.reject(error);
    this.#stop.abort();
    this.#session?.close();
  }

  async #measure(): Promise<void> {
    const { capacity = 100_000, events } = this.#options;
    const source = sourceOf(this.#options);
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#keeper.queue.size >= capacity) await this.#untilRoom();
      // What was measured before a restart is kept, in the same commits as its number.
      const together = await source.next(this.#keeper.progress.measured, signal);
      if (signal.aborted) return;
      if (together.length === 0) break;
      await this.#keeper.measure(together);
      const at = Date.now();
      for (const { measuredAt } of together) events?.measured?.({ sensor: this.identity, measuredAt, at });
      this.#session?.pump();
    }
    this.#allMeasured = !signal.aborted;
    this.#checkFinished();
  }

  async #untilRoom(): Promise<void> {
    this.#options.events?.link?.({ state: 'waiting', code: 'sensor-memory-full' });
    this.#capacityFreed = Promise.withResolvers<void>();
    await this.#capacityFreed.promise;
  }

  async #talk(): Promise<void> {
    const { events, connect, backoff: waits = { firstMs: 100, mostMs: 10_000 } } = this.#options;
    const backoff = new Backoff(waits);
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let phone: PhoneLink | undefined;
      const talk = async () => {
        phone = await connect(signal);
        return this.#talkWith(phone, backoff);
      };
      const reason = await talk().catch((error: unknown) => error);
      if (signal.aborted) return;
      // Whatever the phone or its element objects to may be that it does not have our chain.
      this.#byValue = reason instanceof ProtocolError;
      // Or that it is new, and its patient has given it the code again: every other time that is tried.
      this.#byCode = isRefusal(reason) && !this.#byCode;
      const code = codeOf(reason);
      events?.link?.({ state: 'away', ...(code && { code }) });
      const waitMs = backoff.failed();
      const who = phone?.waiting?.();
      await pause(who === undefined ? waitMs : who === 'known' ? 0 : Math.min(waitMs, mostBetweenCallersMs), signal);
    }
  }

  async #talkWith(messages: PhoneLink, backoff: Backoff): Promise<Error | undefined> {
    const { device, patient, events } = this.#options;
    const sensorCodeKey = await this.#codeFor(messages);
    const session = new PhoneSession(messages, {
      device,
      patient,
      keeper: this.#keeper,
      now: Date.now,
      silenceMs: this.#options.silenceMs ?? usualSilenceMs,
      byValue: this.#byValue,
      ...(sensorCodeKey && { sensorCodeKey }),
      ready: () => events?.link?.({ state: 'ready' }),
      ...(messages.proved && { proved: messages.proved }),
      ...(messages.waiting && { waiting: messages.waiting }),
      trouble: (code) => events?.link?.({ state: 'waiting', code }),
      dropped: (code) => events?.dropped?.({ code }),
      answered: ({ acknowledged, refused }) => {
        if (acknowledged.length > 0) backoff.succeeded();
        for (const { measuredAt } of acknowledged) events?.acknowledged?.({ sensor: this.identity, measuredAt });
        for (const { record, code } of refused) events?.refused?.({ measuredAt: record.measuredAt, code });
        this.#capacityFreed.resolve();
        this.#checkFinished();
      },
    });
    this.#session = session;
    if (this.#stop.signal.aborted) session.close();
    const reason = await session.closed;
    this.#session = undefined;
    return reason;
  }

  async #codeFor(messages: PhoneLink): Promise<Bytes | undefined> {
    try {
      return this.#byCode ? await codeOfBond(this.#options.device.storage) : undefined;
    } catch (error) {
      messages.close();
      throw error;
    }
  }

  #checkFinished(): void {
    if (this.#allMeasured && this.#keeper.queue.size === 0) this.#done.resolve();
  }
}

function sourceOf({ readings, measuredBefore = 0, clock }: SensorOptions): ReadingSource {
  return 'next' in readings ? readings : scheduledReadings({ readings, measuredBefore, clock });
}

/** By the element, whatever its reason: it tells none. */
function isRefusal(reason: unknown): boolean {
  return reason instanceof ProtocolError && reason.code === 'peer-refused';
}
