// A sensor at the end of a link, for tests of the phone: it speaks the link's messages and keeps nothing.

import type { Acknowledgement, Bytes } from '@vitalseal/protocol';
import type { InitiatingSensor } from '@vitalseal/secure-element/testing';
import { decodeTrouble, decodeWindow, type MessageLink } from '@vitalseal/sensor-link';

export class LinkedSensor {
  readonly #messages: MessageLink;
  readonly #sensor: InitiatingSensor;
  readonly acknowledgements: Acknowledgement[] = [];
  readonly hints: string[] = [];
  readonly troubles: string[] = [];
  readonly closed: Promise<void>;
  /** Records that may be without an answer at a time. */
  window = 0;
  #handshake: PromiseWithResolvers<Bytes> | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(messages: MessageLink, sensor: InitiatingSensor) {
    this.#sensor = sensor;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.#messages = messages;
    messages.listen({
      message: (type, body) => {
        if (type === 'handshake') this.#handshake?.resolve(body);
        else if (type === 'window') this.#change(() => (this.window = decodeWindow(body)));
        else if (type === 'trouble') this.#change(() => this.#hold(decodeTrouble(body)));
        else void this.#answer(body);
      },
      closed: () => this.#change(() => closed.resolve()),
    });
  }

  shakeHands(): Promise<void> {
    return this.#sensor.shakeHands((body) => {
      this.#handshake = Promise.withResolvers();
      void this.#messages.send('handshake', body);
      return this.#handshake.promise;
    });
  }

  send(record: Bytes): void {
    void this.#messages.send('record', record);
  }

  get settled(): number {
    return this.acknowledgements.reduce((sum, { results }) => sum + results.length, 0);
  }

  async until(condition: (sensor: this) => boolean): Promise<void> {
    while (!condition(this)) await this.#changed.promise;
  }

  close(): void {
    this.#messages.close();
  }

  #hold(code: string): void {
    this.window = 0;
    this.troubles.push(code);
  }

  async #answer(body: Bytes): Promise<void> {
    const { acknowledgements, hints } = await this.#sensor.open(body);
    this.#change(() => {
      this.acknowledgements.push(...acknowledgements);
      this.hints.push(...hints.map(({ code }) => code));
    });
  }

  #change(change: () => void): void {
    change();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
