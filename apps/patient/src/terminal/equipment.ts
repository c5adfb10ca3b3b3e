// What the phone lends the card: sockets, timers, a clock, a place, and a poll now and then (ETSI TS 102 223, 4 and 6).

import { type Bytes, type Envelope, encodeEnvelope, linkDropped, type ToolkitEvent } from '@vitalseal/uicc';
import { type ChannelId, Channels } from './channels/channels.ts';
import { Timers } from './timers.ts';

export interface PhoneSenses {
  /** Local time, as the phone has it. */
  readonly timestamp: () => { readonly utcMs: number; readonly offsetMinutes: number };
  readonly location: () => Place | undefined;
}

export interface Place {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly accuracyMetres: number;
  /** UTC ms. */
  readonly at: number;
}

export interface Told {
  readonly ins: 'envelope' | 'status';
  readonly data: Bytes;
}

/** Made when the card's turn comes, so that it says what is the case then; undefined where nothing is to be said any more. */
export type Tell = (make: () => Told | undefined) => void;

/** TS 102 221 has a terminal poll every 30 s unless the card asks for another interval. */
const usualPollSeconds = 30;
/** What one octet can say; of more it says the same. */
const longestLengthTold = 255;

export class Equipment {
  readonly senses: PhoneSenses;
  readonly channels: Channels;
  readonly timers: Timers;
  /** Of SET UP EVENT LIST: what the card wants to hear of. */
  events: ReadonlySet<ToolkitEvent> = new Set();
  readonly #tell: Tell;
  #polling: NodeJS.Timeout | undefined;
  #statusWaits = false;

  constructor(senses: PhoneSenses, tell: Tell) {
    this.senses = senses;
    this.#tell = tell;
    this.channels = new Channels({
      dataAvailable: (id) => this.tellAvailable(id),
      linkDropped: (id) => this.tellDropped(id),
    });
    this.timers = new Timers({
      expired: (timer, seconds) => this.tell(() => ({ type: 'timer-expiration', timer, seconds })),
    });
  }

  tell(make: () => Envelope | undefined): void {
    this.#tell(() => {
      const envelope = make();
      return envelope && { ins: 'envelope', data: encodeEnvelope(envelope) };
    });
  }

  /** Where the card asked to hear of it, and as long as something waits. */
  tellAvailable(id: ChannelId): void {
    const channel = this.channels.get(id);
    if (!channel || channel.available === 0 || !this.events.has('data-available')) return;
    this.tell(() => {
      if (this.channels.get(id) !== channel || channel.available === 0) return undefined;
      const channelStatus = { channel: id, linkEstablished: channel.open, information: 0 };
      return { type: 'data-available', channelStatus, length: Math.min(channel.available, longestLengthTold) };
    });
  }

  /** Behind all that came on the channel: it stays, dropped, until the card has taken that and closes it. */
  tellDropped(id: ChannelId): void {
    const channel = this.channels.get(id);
    if (!channel || channel.open || channel.available > 0 || !this.events.has('channel-status')) return;
    this.tell(() => {
      if (this.channels.get(id) !== channel) return undefined;
      return {
        type: 'channel-status',
        channelStatus: { channel: id, linkEstablished: false, information: linkDropped },
      };
    });
  }

  /** @param seconds 0: not at all */
  poll(seconds = usualPollSeconds): void {
    clearInterval(this.#polling);
    if (seconds > 0) this.#polling = setInterval(() => this.#status(), seconds * 1000);
  }

  /** The card was reset, is gone, or is not needed any more. */
  forget(): void {
    clearInterval(this.#polling);
    this.#statusWaits = false;
    this.events = new Set();
    this.channels.closeAll();
    this.timers.stopAll();
  }

  #status(): void {
    // Whoever polls a busy card does not pile polls up.
    if (this.#statusWaits) return;
    this.#statusWaits = true;
    this.#tell(() => {
      this.#statusWaits = false;
      return { ins: 'status', data: new Uint8Array(0) };
    });
  }
}
