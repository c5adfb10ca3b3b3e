// The phone's one errand: while readings wait in the element, carry batches of them to the hospital and its answers
// back. It never ends for a failure; it waits (exponentially, with full jitter, or as long as the hospital asks), says
// what it waits for, and goes on.

import type { Location, Timestamp } from '@vitalseal/protocol';
import {
  type Confirmation,
  type Delivery,
  type Refusal,
  type SecureElement,
  SecureElementError,
} from '@vitalseal/secure-element';
import { Backoff, type BackoffOptions, pause } from '@vitalseal/sensor-link';
import { codeOf, PatientError } from '../errors.ts';
import type { HospitalClient } from './hospital-client.ts';

export type DeliveryState =
  | { readonly state: 'idle' }
  | { readonly state: 'sending' }
  | { readonly state: 'waiting'; readonly code: string; readonly since: number; readonly nextAttemptAt: number };

export interface DeliveryLoopOptions {
  readonly element: SecureElement;
  readonly client: HospitalClient;
  /** T_P. */
  readonly timestamp: () => Timestamp;
  /** LOC_P. */
  readonly location: () => Location | undefined;
  readonly batch: number;
  readonly backoff: BackoffOptions;
  readonly confirmed: (confirmation: Confirmation) => void;
  readonly refused: (refusal: Refusal) => void;
  readonly changed: (state: DeliveryState) => void;
  /** There is room in the outbox again. */
  readonly roomFreed: () => void;
}

const graceMs = 2000;

export class DeliveryLoop {
  readonly #options: DeliveryLoopOptions;
  /** Ends a pause; ends a request. */
  readonly #pausing = new AbortController();
  readonly #cut = new AbortController();
  readonly #backoff: Backoff;
  readonly #done: Promise<void>;
  #woken = Promise.withResolvers<void>();
  #state: DeliveryState = { state: 'idle' };
  #stopping = false;

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
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

  /** Lets the batch on its way come to its end, if that is soon. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pausing.abort();
    this.wake();
    const cut = setTimeout(() => this.#cut.abort(), graceMs);
    await this.#done;
    clearTimeout(cut);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      // What wakes from here on is not missed, whatever is found to be waiting.
      this.#woken = Promise.withResolvers();
      try {
        if (await this.#deliverOnce()) this.#backoff.succeeded();
        else await this.#idle();
      } catch (error) {
        if (!this.#stopping) await this.#waitAfter(error);
      }
    }
  }

  /** @returns false when nothing waits */
  async #deliverOnce(): Promise<boolean> {
    const { element, client, timestamp, location, batch } = this.#options;
    const { waiting, handshakeNeeded } = await element.duty(Date.now());
    if (waiting === 0) return false;
    if (this.#state.state === 'idle') this.#say({ state: 'sending' });
    if (handshakeNeeded) await this.#shakeHands();
    const where = location();
    const sealed = await element.sealBatch({
      sentAt: timestamp(),
      at: Date.now(),
      max: batch,
      ...(where && { location: where }),
    });
    if (!sealed) return true;
    const answer = await client.records(sealed.body, this.#cut.signal);
    this.#tell(await element.takeHospitalAnswer(answer, Date.now()));
    return true;
  }

  async #shakeHands(): Promise<void> {
    const { element, client } = this.#options;
    const { signal } = this.#cut;
    const message2 = await client.edhoc(await element.startHospitalHandshake(Date.now()), signal);
    const message4 = await client.edhoc(await element.continueHospitalHandshake(message2), signal);
    await element.finishHospitalHandshake(message4, Date.now());
  }

  #tell({ confirmed, refused, postponed }: Delivery): void {
    for (const confirmation of confirmed) this.#options.confirmed(confirmation);
    for (const refusal of refused) this.#options.refused(refusal);
    if (confirmed.length + refused.length > 0) {
      this.#options.roomFreed();
      this.#say({ state: 'sending' });
    }
    for (const code of postponed.keys()) throw new PostponedError(code);
  }

  async #idle(): Promise<void> {
    this.#say({ state: 'idle' });
    if (!this.#stopping) await this.#woken.promise;
  }

  async #waitAfter(error: unknown): Promise<void> {
    // The element only wants a new handshake; that is the next step and no reason to wait.
    if (error instanceof SecureElementError && error.code === 'handshake-needed') return;
    const asked = error instanceof PatientError ? error.retryAfterMs : 0;
    const ms = this.#backoff.failed(asked);
    const since = this.#state.state === 'waiting' ? this.#state.since : Date.now();
    this.#say({ state: 'waiting', code: codeOf(error), since, nextAttemptAt: Date.now() + ms });
    await pause(ms, this.#pausing.signal);
  }

  #say(state: DeliveryState): void {
    const before = this.#state;
    this.#state = state;
    const same = before.state === state.state && (state.state !== 'waiting' || codeOfState(before) === state.code);
    if (!same) this.#options.changed(state);
  }
}

function codeOfState(state: DeliveryState): string | undefined {
  return state.state === 'waiting' ? state.code : undefined;
}

/** The hospital could not take some of the records; they stay in the outbox. */
class PostponedError extends Error {
  readonly code: string;

  constructor(code: string) {
    super('expected the hospital to take every record of the batch');
    this.code = code;
  }
}
