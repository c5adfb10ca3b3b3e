// Step 2 from inside the card: while readings wait, batches of them go to the hospital and its answers come back. It
// never ends for a failure; it waits (exponentially, with full jitter, or as long as the hospital asks), says what it
// waits for, and goes on.

import { attestationMediaType, attestationPath } from '@vitalseal/certifying-authority';
import { type Bytes, handshakeMediaType } from '@vitalseal/protocol';
import { Backoff, type BackoffOptions } from '@vitalseal/retry';
import { codeOf, SecureElementError } from '../errors.ts';
import type { BatchRequest } from '../hospital-hop/seal-batch.ts';
import type { Delivery as Delivered } from '../hospital-hop/take-answer.ts';
import type { SecureElement } from '../secure-element.ts';
import { untilAborted } from '../until-aborted.ts';
import { NothingAnswered, NotTaken, Postponed } from './delivery-failure.ts';
import { type DeliveryReport, type DeliveryState, sameState } from './delivery-report.ts';
import type { CarriedAnswer, HospitalCarrier } from './hospital-carrier.ts';

/** What the delivery asks of the applet. */
export type DeliveringElement = Pick<
  SecureElement,
  | 'duty'
  | 'startHospitalHandshake'
  | 'continueHospitalHandshake'
  | 'finishHospitalHandshake'
  | 'askRelease'
  | 'judgeHospitalRelease'
  | 'sealBatch'
  | 'takeHospitalAnswer'
>;

/** Time (T_P), place (LOC_P) and what else of the moment goes under the seal. */
export type Moment = Omit<BatchRequest, 'max'>;

export interface DeliveryOptions {
  readonly element: DeliveringElement;
  readonly carrier: HospitalCarrier;
  /** May ask the terminal. */
  readonly moment: () => Promise<Moment>;
  /** By the toolkit's timers, or the page's. Ends early, without an error, when the signal is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Around work that needs nothing from the terminal: see `ToolkitSession.during`. */
  readonly during?: <T>(work: Promise<T>) => Promise<T>;
  /** Readings to a POST. */
  readonly batch: () => number;
  readonly backoff: BackoffOptions;
  readonly report: (report: DeliveryReport) => void;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #during: <T>(work: Promise<T>) => Promise<T>;
  readonly #stop = new AbortController();
  readonly #backoff: Backoff;
  readonly #done: Promise<void>;
  #woken = Promise.withResolvers<void>();
  #state: DeliveryState = { state: 'idle' };
  #waiting = new AbortController();
  /** Since the present attempt began. */
  #isHurried = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#during = options.during ?? ((work) => work);
    this.#backoff = new Backoff(options.backoff);
    this.#done = this.#run();
  }

  get state(): DeliveryState {
    return this.#state;
  }

  /** Something may be waiting in the element. */
  wake(): void {
    this.#woken.resolve();
  }

  /** Something that cannot wait is waiting: whatever is waited for, the next attempt is now. */
  hurry(): void {
    this.#isHurried = true;
    this.#waiting.abort();
    this.wake();
  }

  /**
   * Cuts what is on its way: whatever the hospital has taken and not confirmed is sent again, and stored once. Ends
   * without the terminal, which may be the one that waits for it.
   */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      // What wakes from here on is not missed, whatever is found to be waiting.
      this.#woken = Promise.withResolvers();
      this.#isHurried = false;
      try {
        if (await this.#deliverOnce()) this.#backoff.succeeded();
        else await this.#idle();
      } catch (error) {
        if (!this.#stop.signal.aborted) await this.#waitAfter(error);
      }
    }
  }

  /** @returns false when nothing waits */
  async #deliverOnce(): Promise<boolean> {
    const { element, moment, batch } = this.#options;
    const now = await untilAborted(moment(), this.#stop.signal);
    const { waiting, handshakeNeeded } = await this.#during(element.duty(now.at));
    if (waiting === 0) return false;
    if (this.#state.state === 'idle') this.#say({ state: 'sending' });
    if (handshakeNeeded) await this.#shakeHands(now.at);
    await this.#askRelease(now.at);
    const sealed = await this.#during(element.sealBatch({ ...now, max: batch() }));
    if (!sealed) return true;
    const answer = await this.#post('/records', 'application/cbor', sealed.body);
    if (answer.status !== 200) throw new NotTaken(answer);
    this.#tell(await this.#during(element.takeHospitalAnswer(answer.body, now.at)));
    return true;
  }

  async #shakeHands(at: number): Promise<void> {
    const { element } = this.#options;
    const message2 = await this.#edhoc(await this.#during(element.startHospitalHandshake(at)));
    const message4 = await this.#edhoc(await this.#during(element.continueHospitalHandshake(message2)));
    await this.#during(element.finishHospitalHandshake(message4, at));
  }

  /** Whatever comes of it is told; whether readings go to such a hospital is the element's policy. */
  async #askRelease(at: number): Promise<void> {
    const { element, report } = this.#options;
    const question = await this.#during(element.askRelease(at));
    if (question === undefined) return;
    const evidence = await this.#evidence(question);
    report({ kind: 'hospital', release: await this.#during(element.judgeHospitalRelease(evidence, at)) });
  }

  /** A hospital that cannot be reached is told by the records that follow. */
  async #evidence(question: Bytes): Promise<Bytes | string> {
    try {
      const { status, body } = await this.#post(attestationPath, attestationMediaType, question);
      if (status === 200) return body;
      // 404 is what hospitals said before.
      if (status === 204 || status === 404) return 'not-attestable';
      return status === 503 || status === 429 ? 'hospital-busy' : 'hospital-refused';
    } catch (error) {
      if (this.#stop.signal.aborted) throw error;
      return codeOf(error) ?? 'hospital-unreachable';
    }
  }

  async #edhoc(body: Bytes): Promise<Bytes> {
    const answer = await this.#post('/edhoc', handshakeMediaType.request, body);
    // A refusal of the handshake itself comes as an EDHOC error message, with 400 or 403.
    if (answer.status !== 200 && answer.status !== 400 && answer.status !== 403) throw new NotTaken(answer);
    return answer.body;
  }

  #post(path: string, contentType: string, body: Bytes): Promise<CarriedAnswer> {
    return this.#options.carrier.post(path, contentType, body, this.#stop.signal);
  }

  #tell({ confirmed, refused, postponed }: Delivered): void {
    const { report } = this.#options;
    for (const confirmation of confirmed) report({ kind: 'confirmed', confirmation });
    for (const refusal of refused) report({ kind: 'refused', refusal });
    if (confirmed.length + refused.length > 0) this.#say({ state: 'sending' });
    for (const code of postponed.keys()) throw new Postponed(code);
    // Sent again at once, the same records would get the same answer.
    if (confirmed.length + refused.length === 0) throw new NothingAnswered();
  }

  async #idle(): Promise<void> {
    this.#say({ state: 'idle' });
    await this.#woken.promise;
  }

  async #waitAfter(error: unknown): Promise<void> {
    // The element only wants a new handshake; that is the next step and no reason to wait.
    if (error instanceof SecureElementError && error.code === 'handshake-needed') return;
    const ms = this.#backoff.failed(error instanceof NotTaken ? error.retryAfterMs : 0);
    this.#say({ state: 'waiting', code: codeOf(error) ?? 'delivery-failed', forMs: Math.round(ms) });
    if (this.#isHurried) return;
    this.#waiting = new AbortController();
    try {
      await this.#options.wait(ms, AbortSignal.any([this.#stop.signal, this.#waiting.signal]));
    } catch {
      // No terminal that has timers: what wakes the delivery next is the next attempt.
      await this.#woken.promise;
    }
  }

  #say(state: DeliveryState): void {
    const before = this.#state;
    this.#state = state;
    if (!sameState(before, state)) this.#options.report({ kind: 'state', state });
  }
}
