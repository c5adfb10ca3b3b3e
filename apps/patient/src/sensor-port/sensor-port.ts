// The phone's end of a sensor's link. It carries: handshake messages and sealed records in, the element's answers out.
// Records that come while the element works on others are handed over together, and share one commit. The window keeps a
// sensor from overrunning phone or outbox.

import { type Bytes, equalBytes, errorMessageFor, parseHandshakeBody } from '@vitalseal/protocol';
import { pause } from '@vitalseal/retry';
import { decodeSensorAnswer } from '@vitalseal/secure-element';
import type { MhaClient } from '@vitalseal/secure-element/terminal';
import {
  encodeTrouble,
  encodeWindow,
  type LinkMessage,
  type MessageLink,
  SensorLinkError,
} from '@vitalseal/sensor-link';
import { codeOf } from '../errors.ts';

export interface SensorPortOptions {
  readonly card: { readonly mha: Pick<MhaClient, 'answerSensorHandshake' | 'takeSensorRecords' | 'duty'> };
  readonly trouble: (code: string) => void;
  readonly closed: (port: SensorPort) => void;
}

/** Records a sensor may have without an answer: the element's answer to all of them must fit one message of the link. */
const mostUnanswered = 32;
/** What a stranger may try on one link before it is closed. */
const mostUnopened = 256;
const mostHandshakes = 32;
const troubleMs = 1000;
/** More than all sensors of a patient can have on their way. */
const plenty = 4096;
/** Records. */
const askedAfter = 256;

export class SensorPort {
  readonly #options: SensorPortOptions;
  readonly #messages: MessageLink;
  readonly #stop = new AbortController();
  #buffer: Bytes[] = [];
  /** With the element now. */
  #inWork: readonly Bytes[] = [];
  #working = false;
  /** As the sensor was told last. */
  #window = 0;
  /** The sensor was told to hold on. */
  #holding = false;
  #unopened = 0;
  #handshakes = 0;
  #proven = false;
  /** As the card said last, and how many records have gone in since. */
  #roomKnown = 0;
  #takenSince = 0;

  constructor(messages: MessageLink, options: SensorPortOptions) {
    this.#options = options;
    this.#messages = messages;
    messages.listen({
      message: (type, body) => this.#receive(type, body),
      closed: () => {
        this.#stop.abort();
        this.#options.closed(this);
      },
    });
    this.#attempt(() => this.#grantWhenAble());
  }

  /** Whether the other end has shown the key of a bonded sensor, by a handshake or by a record. */
  get proven(): boolean {
    return this.#proven;
  }

  /** Told when readings have left the outbox, and when the card is back. */
  roomFreed(): void {
    if (this.#holding) this.#attempt(() => this.#grant());
  }

  close(): void {
    this.#messages.close();
    this.#stop.abort();
  }

  #receive(type: LinkMessage, body: Bytes): void {
    if (type === 'record') this.#takeIn(body);
    else if (type === 'handshake') this.#attempt(() => this.#shakeHands(body));
    else this.#hangUp('link-malformed', 'expected handshake messages and records from a sensor');
  }

  async #shakeHands(body: Bytes): Promise<void> {
    this.#handshakes += 1;
    if (this.#handshakes > mostHandshakes) return this.#hangUp('link-overrun', 'expected fewer handshakes on one link');
    let answer: Bytes;
    try {
      answer = await this.#options.card.mha.answerSensorHandshake(body);
      if (parseHandshakeBody(body).kind === 'message3') this.#proven = true;
    } catch (error) {
      this.#options.trouble(codeOf(error));
      answer = errorMessageFor(error);
    }
    await this.#messages.send('handshake', answer);
  }

  #takeIn(record: Bytes): void {
    // A sensor that has waited long for an answer sends again what it takes for lost.
    const sentAgain = (unanswered: Bytes) => equalBytes(unanswered, record);
    if (this.#buffer.some(sentAgain) || this.#inWork.some(sentAgain)) return;
    if (this.#buffer.length + this.#inWork.length >= mostUnanswered) {
      this.#hangUp('link-overrun', 'expected no more records without an answer than the window allows');
      return;
    }
    this.#buffer.push(record);
    if (!this.#working) this.#attempt(() => this.#work());
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      while (this.#buffer.length > 0 && !this.#stop.signal.aborted) {
        const together = this.#buffer.splice(0);
        this.#inWork = together;
        const answer = await this.#options.card.mha.takeSensorRecords(together);
        this.#inWork = [];
        this.#takenSince += together.length;
        const sent = this.#messages.send('answer', answer);
        this.#judge(answer, together.length);
        await sent;
        await this.#grant();
      }
    } catch (error) {
      this.#inWork = [];
      await this.#trouble(error);
    } finally {
      this.#working = false;
    }
    if (this.#buffer.length > 0 && !this.#stop.signal.aborted) this.#attempt(() => this.#work());
  }

  /** A record that the element opened proves the key; one that a stranger made up gets a hint, and sealed words beside it. */
  #judge(answer: Bytes, records: number): void {
    const { hints } = decodeSensorAnswer(answer);
    const unopened = hints.filter(({ code }) => code !== 'outbox-full').length;
    if (records > unopened) {
      this.#proven = true;
      this.#unopened = 0;
    } else {
      this.#unopened += unopened;
    }
    if (this.#unopened > mostUnopened) this.#hangUp('link-overrun', 'expected records of a channel of ours');
  }

  /** The card could not keep what came, or is away: the sensor keeps it, and is asked to send it again. */
  async #trouble(error: unknown): Promise<void> {
    this.#buffer = [];
    await this.#hold(codeOf(error));
    await pause(troubleMs, this.#stop.signal);
    await this.#grantWhenAble();
  }

  async #hold(code: string): Promise<void> {
    this.#holding = true;
    this.#options.trouble(code);
    await this.#messages.send('trouble', encodeTrouble(code));
  }

  /** A card that is away is asked again until it can say. */
  async #grantWhenAble(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        return await this.#grant();
      } catch (error) {
        if (!this.#holding) await this.#hold(codeOf(error));
        await pause(troubleMs, this.#stop.signal);
      }
    }
  }

  async #grant(): Promise<void> {
    const room = await this.#room();
    if (this.#stop.signal.aborted) return;
    const window = Math.min(mostUnanswered, room);
    if (window > 0 && (window !== this.#window || this.#holding)) {
      this.#holding = false;
      this.#window = window;
      await this.#messages.send('window', encodeWindow(window));
    } else if (window === 0 && !this.#holding) {
      await this.#hold('outbox-full');
    }
  }

  /**
   * Records the outbox has room for, and not more exactly than it matters: far from full the card is not asked after each
   * batch. A record for which there is no room after all is refused, and stays with the sensor.
   */
  async #room(): Promise<number> {
    if (this.#roomKnown - this.#takenSince < plenty || this.#takenSince >= askedAfter || this.#holding) {
      this.#roomKnown = (await this.#options.card.mha.duty()).room;
      this.#takenSince = 0;
    }
    return this.#roomKnown - this.#takenSince;
  }

  #hangUp(code: 'link-malformed' | 'link-overrun', message: string): void {
    this.#options.trouble(code);
    this.#messages.close(new SensorLinkError(code, message));
    this.#stop.abort();
  }

  #attempt(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.#options.trouble(codeOf(error));
      this.close();
    });
  }
}
