// One connection to the phone: a handshake where one is due, then records in their order as far as the phone's credit
// goes, and the element's answers back. Ends with the link; whatever was on the way is sent again on the next one.

import type { Bytes, Identity } from '@vitalseal/protocol';
import { decodeCredit, decodeTrouble, type Link, type LinkMessage, MessageLink } from '@vitalseal/sensor-link';
import type { SensorDevice } from '../device/sensor-device.ts';
import { SensorError } from '../errors.ts';
import type { Answered, RecordKeeper } from '../records/record-keeper.ts';
import type { QueuedRecord } from '../records/record-queue.ts';
import { shakeHands } from './handshake.ts';

export interface PhoneSessionOptions {
  readonly device: SensorDevice;
  readonly patient: Identity;
  readonly keeper: RecordKeeper;
  /** UTC ms of the sensor's own clock. */
  readonly now: () => number;
  /** How long the phone may be silent while records wait or a handshake is under way, ms. */
  readonly silenceMs: number;
  readonly byValue: boolean;
  readonly answered: (answered: Answered) => void;
  /** The phone does not take records now; the code says why. */
  readonly trouble: (code: string) => void;
  readonly ready: () => void;
}

/** A phone that asked to wait may take this many times as long: its hospital may be away for hours. */
const patienceWhileHeld = 15;

export class PhoneSession {
  readonly #options: PhoneSessionOptions;
  readonly #messages: MessageLink;
  readonly #outstanding = new Set<number>();
  readonly #closed = Promise.withResolvers<Error | undefined>();
  #awaitingHandshake: PromiseWithResolvers<Bytes> | undefined;
  #answers: Promise<void> = Promise.resolve();
  #credit = 0;
  #held = false;
  #shaking = false;
  #doubted = false;
  #shaken = false;
  #ended = false;
  #silence: NodeJS.Timeout | undefined;

  constructor(link: Link, options: PhoneSessionOptions) {
    this.#options = options;
    this.#messages = new MessageLink(link, {
      message: (type, body) => this.#receive(type, body),
      closed: (reason) => this.#end(reason),
    });
    this.pump();
  }

  /** Settles when the link is closed, with the reason if it was not an ordinary one. */
  get closed(): Promise<Error | undefined> {
    return this.#closed.promise;
  }

  close(reason?: Error): void {
    this.#messages.close(reason);
    this.#end(reason);
  }

  /** Sends what may be sent now; called whenever that may have changed. */
  pump(): void {
    if (this.#ended || this.#shaking) return;
    if (this.#silence === undefined) this.#watchSilence();
    if (this.#doubted || this.#options.keeper.handshakeDue(this.#options.now())) {
      this.#shaking = true;
      this.#shakeHands().catch((error: unknown) => this.close(asError(error)));
      return;
    }
    if (this.#held) return;
    while (this.#credit > 0) {
      const record = this.#next();
      if (!record?.sealed) return;
      this.#credit -= 1;
      this.#outstanding.add(record.number);
      this.#messages.send('record', record.sealed.bytes);
    }
  }

  /** Records of one channel only, the oldest: the element deletes its keys at the first record of a newer one. */
  #next(): QueuedRecord | undefined {
    let channel: string | undefined;
    for (const record of this.#options.keeper.queue.records()) {
      if (!record.sealed) return undefined;
      channel ??= record.sealed.channel;
      if (record.sealed.channel !== channel) return undefined;
      if (!this.#outstanding.has(record.number)) return record;
    }
    return undefined;
  }

  async #shakeHands(): Promise<void> {
    const { device, patient, keeper, now, byValue } = this.#options;
    const present = keeper.hasChannel && !byValue ? 'x5t' : 'x5chain';
    const exchange = (message: Bytes) => this.#exchange(message);
    const secrets = await shakeHands({ device, patient, present, now, exchange });
    await keeper.establish(secrets, now());
    this.#shaking = false;
    this.#doubted = false;
    this.#shaken = true;
    this.#options.ready();
    this.pump();
  }

  async #exchange(message: Bytes): Promise<Bytes> {
    const awaiting = Promise.withResolvers<Bytes>();
    this.#awaitingHandshake = awaiting;
    const timer = setTimeout(
      () => awaiting.reject(new SensorError('sensor-handshake-unanswered', 'expected the phone to answer in time')),
      this.#options.silenceMs,
    );
    try {
      this.#messages.send('handshake', message);
      return await awaiting.promise;
    } finally {
      clearTimeout(timer);
      this.#awaitingHandshake = undefined;
    }
  }

  /** A frame that is lost on the way leaves both ends waiting for the other: whoever hears nothing begins again. */
  #watchSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
    const { silenceMs, keeper } = this.#options;
    if (this.#ended || keeper.queue.size === 0) return;
    this.#silence = setTimeout(
      () => this.close(new SensorError('sensor-phone-silent', 'expected the phone to be heard while records wait')),
      this.#held ? silenceMs * patienceWhileHeld : silenceMs,
    );
  }

  #receive(type: LinkMessage, body: Bytes): void {
    try {
      if (type === 'handshake') this.#awaitingHandshake?.resolve(body);
      else if (type === 'credit') this.#addCredit(decodeCredit(body));
      else if (type === 'trouble') this.#hold(decodeTrouble(body));
      else if (type === 'answer') this.#queueAnswer(body);
      this.#watchSilence();
    } catch (error) {
      this.close(asError(error));
    }
  }

  #addCredit(records: number): void {
    this.#credit += records;
    this.#held = false;
    this.pump();
  }

  /** None of the records on the way was taken: they are sent again when there is credit. */
  #hold(code: string): void {
    this.#outstanding.clear();
    this.#held = true;
    this.#options.trouble(code);
  }

  #queueAnswer(body: Bytes): void {
    this.#answers = this.#answers.then(async () => {
      if (this.#ended) return;
      try {
        this.#settle(await this.#options.keeper.takeAnswer(body));
      } catch (error) {
        this.close(asError(error));
      }
    });
  }

  #settle(answered: Answered): void {
    for (const { number } of answered.acknowledged) this.#outstanding.delete(number);
    for (const { record } of answered.refused) this.#outstanding.delete(record.number);
    for (const [number, code] of answered.postponed) {
      this.#outstanding.delete(number);
      if (code === 'outbox-full') {
        this.#held = true;
        this.#options.trouble(code);
      } else if (this.#shaken) {
        // A handshake on this very link did not help: leave it, and come again later.
        this.close(new SensorError('sensor-phone-not-bonded', 'expected a phone whose element knows our channel'));
      } else {
        this.#doubted = true;
      }
    }
    this.#options.answered(answered);
    this.#watchSilence();
    this.pump();
  }

  #end(reason: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#silence);
    this.#awaitingHandshake?.reject(reason ?? new SensorError('sensor-handshake-unanswered', 'expected an open link'));
    this.#closed.resolve(reason);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('expected an error', { cause: error });
}
