// One phone as the sensor has it: who it is, is not known before the handshake or a sealed answer.

import type { Bytes, Fragmenter } from '@vitalseal/protocol';
import type { LinkMessage, MessageLink, MessageListener } from '@vitalseal/sensor-link';
import { BleError } from '../errors.ts';
import type { GattPeer, GattServer } from '../gatt/gatt-server.ts';
import { decodeAnswerMessage } from './answer-message.ts';
import { ArrivingMessages } from './arriving-messages.ts';
import { ReceivedValues, valuesOf } from './characteristic-fragments.ts';
import { sealedSensorUuids } from './uuids.ts';

/** For their turn: a phone that has proved to be the patient's before is `known`. */
export type WhoWaits = 'nobody' | 'stranger' | 'known';

export interface PhoneEvents {
  readonly dropped: () => void;
  readonly proved: () => void;
  readonly waiting: () => WhoWaits;
}

export class PhoneAtSensor implements MessageLink {
  readonly peer: GattPeer;
  /** When the phone is gone, or was let go. */
  readonly ended: Promise<void>;
  /** Milliseconds of this machine's that never go back. */
  readonly since = performance.now();
  readonly #ended = Promise.withResolvers<void>();
  readonly #server: Promise<GattServer>;
  readonly #events: PhoneEvents;
  readonly #arriving = new ArrivingMessages();
  readonly #handshakes: ReceivedValues;
  readonly #answers: ReceivedValues;
  readonly #listensTo = new Set<'handshake' | 'records'>();
  #cut: { readonly handshake: Fragmenter; readonly record: Fragmenter } | undefined;
  #sending: Promise<void> = Promise.resolve();
  #inLine = false;
  #proved = false;

  constructor(peer: GattPeer, server: Promise<GattServer>, events: PhoneEvents) {
    this.peer = peer;
    this.#server = server;
    this.#events = events;
    this.#handshakes = new ReceivedValues(events.dropped);
    this.#answers = new ReceivedValues(events.dropped);
    this.ended = this.#ended.promise;
    void peer.closed.then(() => this.#end(undefined));
  }

  /** It has shown the key of the patient's element. */
  readonly proved = (): void => {
    this.#proved = true;
    this.#events.proved();
  };

  readonly waiting = (): WhoWaits => this.#events.waiting();

  /** Whether it has, on this link. */
  get hasProved(): boolean {
    return this.#proved;
  }

  /** It is gone, or was let go and will be. */
  get isOver(): boolean {
    return this.#arriving.isClosed;
  }

  /** It has asked for what the sensor says. */
  get isInLine(): boolean {
    return this.#inLine;
  }

  /** @returns whether it listens to all now, for the first time */
  subscribed(to: 'handshake' | 'records', on: boolean): boolean {
    if (on) {
      this.#listensTo.add(to);
      const first = !this.#inLine && !this.isOver && this.#listensTo.size === 2;
      this.#inLine ||= first;
      return first;
    }
    this.#listensTo.delete(to);
    // A phone that stops listening has ended this link; it begins anew by connecting again.
    if (this.#inLine) this.close();
    return false;
  }

  handshakeValue(value: Bytes): void {
    this.#arrive('handshake', this.#handshakes.accept(value));
  }

  answerValue(value: Bytes): void {
    const message = this.#answers.accept(value);
    if (!message) return;
    const decoded = decodeAnswerMessage(message);
    if (decoded) this.#arrive(decoded.type, decoded.body);
    else this.#events.dropped();
  }

  listen(listener: MessageListener): void {
    this.#arriving.listen(listener);
  }

  async send(type: LinkMessage, body: Bytes): Promise<void> {
    // The phone has asked for its MTU by now: it exchanges it before it looks for services.
    this.#cut ??= { handshake: valuesOf(this.peer.mtu), record: valuesOf(this.peer.mtu) };
    const cut = type === 'handshake' ? this.#cut.handshake : this.#cut.record;
    const characteristic = type === 'handshake' ? sealedSensorUuids.handshake : sealedSensorUuids.records;
    const values = cut.fragments(body);
    const before = this.#sending;
    const sent = (async () => {
      await before;
      const server = await this.#server;
      for (const value of values) {
        if (this.#arriving.isClosed) return;
        await server.notify(this.peer, characteristic, value);
      }
    })();
    this.#sending = sent.catch((cause: unknown) => {
      this.close(cause instanceof Error ? cause : new BleError('radio-disconnected', 'expected a phone in range'));
    });
    await this.#sending;
  }

  close(reason?: Error): void {
    this.#end(reason);
    this.peer.close();
  }

  #arrive(type: LinkMessage, body: Bytes | undefined): void {
    if (body && !this.#arriving.message(type, body)) this.#events.dropped();
  }

  #end(reason: Error | undefined): void {
    this.#arriving.close(reason);
    this.#ended.resolve();
  }
}
