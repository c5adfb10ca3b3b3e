// The MHA of one card, put together: the applet, the clock and the place that the terminal lends, and the delivery, which
// runs from the moment the PIN was right until the card is reset.

import type { Bytes } from '@vitalseal/protocol';
import { type BackoffOptions, pause } from '@vitalseal/retry';
import type { AppletSession } from '../card/applet.ts';
import { type DeliveringElement, Delivery, type Moment } from '../delivery/delivery.ts';
import type { HospitalCarrier } from '../delivery/hospital-carrier.ts';
import type { SecureElement } from '../secure-element.ts';
import type { ToolkitSession } from '../toolkit/toolkit-session.ts';
import type { ToolkitTimers } from '../toolkit/toolkit-timers.ts';
import type { HospitalAddress } from './bodies/hospital-address.ts';
import { longestPageBody } from './bodies/page-request.ts';
import type { CardClock } from './clock/card-clock.ts';
import { toolkitClock } from './clock/toolkit-clock.ts';
import { MhaApplet } from './mha-applet.ts';
import { PageCarrier } from './page/page-carrier.ts';
import { CardPlace } from './place/card-place.ts';
import { ReportQueue } from './reports/report-queue.ts';

/** Read each time: the hospital's policy may change them while the card is in service. */
export interface MhaSettings {
  /** How old the terminal's time may be before it is asked again; a fast replay asks each time. */
  readonly askTimeAfterMs: () => number;
  readonly askPlaceAfterMs: () => number;
  /** Readings to a POST. */
  readonly batch: () => number;
  readonly backoff: BackoffOptions;
  /** Reports that are kept for a phone that does not fetch them. */
  readonly reports: number;
}

export const defaultMhaSettings: MhaSettings = {
  askTimeAfterMs: () => 60_000,
  askPlaceAfterMs: () => 300_000,
  batch: () => 256,
  backoff: { firstMs: 2000, mostMs: 60_000 },
  reports: 4096,
};

/** The card's own way to the hospital, on the toolkit's channels. */
export type OpenCarrier = (
  element: SecureElement,
  hospital: () => HospitalAddress,
) => HospitalCarrier & { close(): void };

export interface MhaOptions {
  readonly session: ToolkitSession;
  /** The card's, which has eight for all that runs in it. */
  readonly timers: ToolkitTimers;
  /** The PIN was right on this channel, and nobody has logged out. */
  readonly patientPresent: (session: AppletSession) => boolean;
  /** Milliseconds from any beginning, never backwards; a replay runs them faster than life. */
  readonly elapsed: () => number;
  /** `page` where the card has no way of its own, and the page carries for it. */
  readonly carrier: OpenCarrier | 'page';
  /** Told when there is something for a page: a request to carry, or a report. */
  readonly stirred?: (() => void) | undefined;
  /** In place of the terminal's, where the card runs beside a clock. */
  readonly clock?: CardClock;
  readonly settings?: Partial<MhaSettings>;
}

export class Mha {
  readonly applet: MhaApplet;
  readonly clock: CardClock;
  readonly place: CardPlace;
  readonly #options: MhaOptions;
  readonly #settings: MhaSettings;
  readonly #reports: ReportQueue;
  readonly #timers: ToolkitTimers;
  readonly #page: PageCarrier | undefined;
  readonly #life = new AbortController();
  #element: SecureElement | undefined;
  #hospital: HospitalAddress | undefined;
  #delivery: Delivery | undefined;
  #closeCarrier: () => void = () => {};

  constructor(options: MhaOptions) {
    const { session, timers, elapsed, patientPresent } = options;
    this.#options = options;
    this.#settings = { ...defaultMhaSettings, ...options.settings };
    this.#timers = timers;
    this.#reports = new ReportQueue(this.#settings.reports);
    this.#page = options.carrier === 'page' ? new PageCarrier(options.stirred) : undefined;
    const { askTimeAfterMs, askPlaceAfterMs } = this.#settings;
    const { signal } = this.#life;
    this.clock = options.clock ?? toolkitClock(session, { elapsed, askAgainAfterMs: askTimeAfterMs, signal });
    this.place = new CardPlace({ session, elapsed, askAgainAfterMs: askPlaceAfterMs, now: () => this.#time(), signal });
    this.applet = new MhaApplet({
      element: () => this.#element,
      patientPresent,
      clock: this.clock,
      reports: this.#reports,
      ...(this.#page && { page: this.#page }),
      putHospitalAddress: (address) => {
        this.#hospital = address;
        this.#start();
      },
      wake: () => this.wake(),
      hurry: () => this.#delivery?.hurry(),
      reset: () => this.close(),
    });
  }

  /** Undefined before the PIN was right. */
  get element(): SecureElement | undefined {
    return this.#element;
  }

  /** The PIN was right: the state can be read. The element is closed with the session. */
  open(element: SecureElement): void {
    this.#element = element;
    this.#start();
  }

  /** Something may wait for the hospital. */
  wake(): void {
    this.#delivery?.wake();
  }

  /** Reset, or loss of power: what was sealed and not confirmed is sealed again. */
  async close(): Promise<void> {
    const delivery = this.#delivery;
    const element = this.#element;
    this.#delivery = undefined;
    this.#element = undefined;
    this.#hospital = undefined;
    this.#reports.clear();
    if (this.#page) this.#page.place = undefined;
    this.#closeCarrier();
    await delivery?.stop();
    await element?.close();
  }

  /** For good: another program takes its place. */
  async end(): Promise<void> {
    this.#life.abort();
    await this.close();
  }

  #start(): void {
    const element = this.#element;
    if (!element || this.#delivery) return;
    const carrier = this.#carrier(element);
    if (!carrier) return;
    const { session } = this.#options;
    const { batch, backoff } = this.#settings;
    this.#delivery = new Delivery({
      element: this.#comparingClocks(element),
      carrier,
      moment: () => this.#moment(),
      wait: (ms, signal) => (this.#page ? pause(ms, signal) : this.#timers.startTimer(ms / 1000, signal)),
      during: (work) => session.during(work),
      batch,
      backoff,
      report: (report) => {
        this.#reports.add(report);
        this.#options.stirred?.();
      },
    });
  }

  #carrier(element: SecureElement): HospitalCarrier | undefined {
    const { carrier } = this.#options;
    if (carrier === 'page') return this.#page;
    const hospital = this.#hospital;
    if (!hospital) return undefined;
    const opened = carrier(element, () => this.#hospital ?? hospital);
    this.#closeCarrier = () => opened.close();
    return opened;
  }

  async #moment(): Promise<Moment> {
    const sentAt = await this.clock.current();
    const location = this.#page ? this.#page.place : this.place.latest();
    return {
      sentAt,
      at: sentAt.utcMs,
      ...(location && { location }),
      ...(this.#page && { maxBytes: longestPageBody }),
    };
  }

  /** The delivery need not know that there are two clocks. */
  #comparingClocks(element: SecureElement): DeliveringElement {
    return {
      duty: (at) => element.duty(at),
      startHospitalHandshake: (at) => element.startHospitalHandshake(at),
      continueHospitalHandshake: (message2: Bytes) => element.continueHospitalHandshake(message2),
      finishHospitalHandshake: (message4: Bytes, at) => element.finishHospitalHandshake(message4, at),
      askRelease: (at) => element.askRelease(at),
      judgeHospitalRelease: (evidence: Bytes | string, at) => element.judgeHospitalRelease(evidence, at),
      sealBatch: (request) => element.sealBatch(request),
      takeHospitalAnswer: (answer: Bytes, at) => element.takeHospitalAnswer(answer, at, this.#time()),
    };
  }

  #time(): number | undefined {
    try {
      return this.clock.now().utcMs;
    } catch {
      return undefined;
    }
  }
}
