// One connection to the phone: a handshake where one is due, then records in their order as far as the phone's window
// goes, and the element's answers back. What a radio loses is sent again. Ends with the link; whatever was on the way is
// then sent on the next one.

import type { WhoWaits } from '@vitalseal/ble';
import type { Bytes, ChannelSecrets, Identity } from '@vitalseal/protocol';
import { pause } from '@vitalseal/retry';
import { decodeTrouble, decodeWindow, type LinkMessage, type MessageLink } from '@vitalseal/sensor-link';
import type { SensorDevice } from '../device/sensor-device.ts';
import { codeOf, SensorError } from '../errors.ts';
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
  /** Of the code on this sensor, for an element of the patient's that does not know the bond. */
  readonly sensorCodeKey?: Bytes;
  readonly answered: (answered: Answered) => void;
  /** The phone does not take records now; the code says why. */
  readonly trouble: (code: string) => void;
  readonly ready: () => void;
  /** Something came that could not be read; it was left out. */
  readonly dropped?: (code: string) => void;
  /** The phone has proved to be the patient's: by a handshake, or by an answer under seal. */
  readonly proved?: () => void;
  /** Who waits for this one's turn to end. */
  readonly waiting?: () => WhoWaits;
}

/** A phone that asked to wait may take this many times as long: its hospital may be away for hours. */
const patienceWhileHeld = 15;
/** Parts of the silence that a phone is given to say its first word, before a handshake is begun without it. */
const firstWordInSilence = 10;
/** A message of a handshake may have been lost: it is begun again, on the same link. */
const mostHandshakeTries = 3;
/** Parts of the silence after which records without an answer are taken for lost. */
const resendsInSilence = 5;
/** More than the largest window of any phone of ours. */
const mostAnswersWaiting = 64;
/** Parts of the silence after which it is looked whether the phone has proved anything since. */
const looksInSilence = 2;
/** Looks for which a phone may have had something to take and proved nothing, while another waits, and while none does. */
const mostInVain = { others: 2, nobody: 4 } as const;

export class PhoneSession {
  readonly #options: PhoneSessionOptions;
  readonly #messages: MessageLink;
  /** Records without an answer, by number; each with its place in the order of sending. */
  readonly #outstanding = new Map<number, number>();
  /** Until the phone has said something, or has gone. */
  readonly #unheard = new AbortController();
  readonly #closed = Promise.withResolvers<Error | undefined>();
  #awaitingHandshake: PromiseWithResolvers<Bytes> | undefined;
  #answers: Promise<void> = Promise.resolve();
  #answersWaiting = 0;
  /** Records that may be without an answer at a time, as the phone said last. */
  #window = 0;
  #sent = 0;
  #held = false;
  #shaking = false;
  #doubted = false;
  #shaken = false;
  #ended = false;
  #silence: NodeJS.Timeout | undefined;
  #resend: NodeJS.Timeout | undefined;
  /** On this link. */
  #proved = false;
  /** Since it proved something, or had nothing to take. */
  #looksInVain = 0;
  readonly #looks: NodeJS.Timeout;

  constructor(messages: MessageLink, options: PhoneSessionOptions) {
    this.#options = options;
    this.#messages = messages;
    messages.listen({
      message: (type, body) => this.#receive(type, body),
      closed: (reason) => this.#end(reason),
    });
    this.#looks = setInterval(() => this.#look(), options.silenceMs / looksInSilence);
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
    while (this.#outstanding.size < this.#window) {
      const record = this.#next();
      if (!record?.sealed) return;
      this.#sent += 1;
      this.#outstanding.set(record.number, this.#sent);
      this.#messages.send('record', record.sealed.bytes).then(
        () => this.#watchAnswers(),
        (error: unknown) => this.close(asError(error)),
      );
    }
  }

  /** From when the radio has taken the last of them: until then a slow link would look like a silent one. */
  #watchAnswers(): void {
    clearTimeout(this.#resend);
    if (this.#ended || this.#outstanding.size === 0) return;
    this.#resend = setTimeout(() => {
      this.#outstanding.clear();
      this.pump();
    }, this.#options.silenceMs / resendsInSilence);
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

  /**
   * A phone that is bonded with the radio counts as subscribed as soon as it is back, and may not listen yet (Bluetooth Core,
   * Vol 3, Part G, 3.3.3.3): a browser throws away what comes before its page asks. It says its window when it listens.
   */
  async #shakeHands(): Promise<void> {
    const { keeper, now, silenceMs } = this.#options;
    await pause(silenceMs / firstWordInSilence, this.#unheard.signal);
    if (this.#ended) return;
    const secrets = await this.#secrets();
    await keeper.establish(secrets, now());
    this.#shaking = false;
    this.#doubted = false;
    this.#shaken = true;
    this.#prove();
    this.#options.ready();
    this.pump();
  }

  async #secrets(): Promise<ChannelSecrets> {
    const { device, patient, keeper, now, byValue, sensorCodeKey } = this.#options;
    const code = sensorCodeKey && { sensorCodeKey };
    const present = keeper.hasChannel && !byValue ? 'x5t' : 'x5chain';
    const exchange = (message: Bytes) => this.#exchange(message);
    for (let tries = 1; ; tries++) {
      try {
        return await shakeHands({ device, patient, present, now, exchange, ...code });
      } catch (error) {
        const unanswered = error instanceof SensorError && error.code === 'sensor-handshake-unanswered';
        if (!unanswered || this.#ended || tries === mostHandshakeTries) throw error;
      }
    }
  }

  async #exchange(message: Bytes): Promise<Bytes> {
    const awaiting = Promise.withResolvers<Bytes>();
    awaiting.promise.catch(() => {}); // the link may end while the message is still being sent
    this.#awaitingHandshake = awaiting;
    const timer = setTimeout(
      () => awaiting.reject(new SensorError('sensor-handshake-unanswered', 'expected the phone to answer in time')),
      this.#options.silenceMs / 2,
    );
    try {
      // A radio may not take the message for as long as the other end does not confirm it.
      const sent = this.#messages.send('handshake', message);
      return await Promise.race([awaiting.promise, sent.then(() => awaiting.promise)]);
    } finally {
      clearTimeout(timer);
      this.#awaitingHandshake = undefined;
    }
  }

  #prove(): void {
    this.#proved = true;
    this.#looksInVain = 0;
    this.#options.proved?.();
  }

  /** Whoever has had something to take and proves nothing is let go, whatever else it says: this may be the only link. */
  #look(): void {
    const hasSomethingToTake = this.#options.keeper.queue.size > 0 || this.#shaking;
    this.#looksInVain = hasSomethingToTake ? this.#looksInVain + 1 : 0;
    if (this.#looksInVain < this.#mostLooksInVain()) return;
    const expected = "expected a phone that takes records and proves to be the patient's";
    this.close(new SensorError('sensor-phone-silent', expected));
  }

  #mostLooksInVain(): number {
    const who = this.#options.waiting?.();
    // A phone that the sensor has called itself.
    if (who === undefined) return Number.POSITIVE_INFINITY;
    // No stranger has one that has proved let go.
    if (this.#proved) return who === 'known' ? mostInVain.others : Number.POSITIVE_INFINITY;
    return who === 'nobody' ? mostInVain.nobody : mostInVain.others;
  }

  /** Whoever hears nothing at all begins again with a new link. */
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
    this.#unheard.abort();
    try {
      if (type === 'handshake') this.#awaitingHandshake?.resolve(body);
      else if (type === 'window') this.#open(decodeWindow(body));
      else if (type === 'trouble') this.#hold(decodeTrouble(body));
      else if (type === 'answer') this.#queueAnswer(body);
      this.#watchSilence();
    } catch (error) {
      this.#drop(error);
    }
  }

  /** Whoever is in the room can make one message unreadable. It costs that message; what it was to say is said again. */
  #drop(error: unknown): void {
    this.#options.dropped?.(codeOf(error) ?? 'unreadable');
  }

  #open(window: number): void {
    this.#window = window;
    this.#held = false;
    this.pump();
  }

  /** None of the records on the way was taken: they are sent again when there is a window. */
  #hold(code: string): void {
    this.#outstanding.clear();
    this.#held = true;
    this.#options.trouble(code);
  }

  #queueAnswer(body: Bytes): void {
    // Anyone may say answers, faster than they can be opened: what is left out is asked for again.
    if (this.#answersWaiting >= mostAnswersWaiting) {
      this.#options.dropped?.('link-overrun');
      return;
    }
    this.#answersWaiting += 1;
    this.#answers = this.#answers.then(async () => {
      this.#answersWaiting -= 1;
      if (this.#ended) return;
      try {
        this.#settle(await this.#options.keeper.takeAnswer(body));
      } catch (error) {
        this.#drop(error);
      }
    });
  }

  #settle(answered: Answered): void {
    this.#forget([...answered.acknowledged, ...answered.refused.map(({ record }) => record)]);
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
    this.#watchAnswers();
    this.pump();
  }

  /** The phone takes records in their order: one that was sent before an answered one, and is not, was lost. */
  #forget(settled: readonly QueuedRecord[]): void {
    let latest = 0;
    for (const { number } of settled) latest = Math.max(latest, this.#outstanding.get(number) ?? 0);
    const { queue } = this.#options.keeper;
    for (const [number, place] of this.#outstanding) {
      if (place < latest || !queue.has(number)) this.#outstanding.delete(number);
    }
    if (settled.length > 0) this.#prove();
  }

  #end(reason: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#unheard.abort();
    clearTimeout(this.#silence);
    clearTimeout(this.#resend);
    clearInterval(this.#looks);
    this.#awaitingHandshake?.reject(reason ?? new SensorError('sensor-handshake-unanswered', 'expected an open link'));
    this.#closed.resolve(reason);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('expected an error', { cause: error });
}
