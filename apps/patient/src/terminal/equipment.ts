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

/** Sends it when the card's turn comes, if it still says what is the case. */
export type Tell = (
  command: { readonly ins: 'envelope' | 'status'; readonly data: Bytes },
  stillTrue: () => boolean,
) => void;

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
      expired: (timer, seconds) => this.tell({ type: 'timer-expiration', timer, seconds }),
    });
  }

  tell(envelope: Envelope, stillTrue: () => boolean = () => true): void {
    this.#tell({ ins: 'envelope', data: encodeEnvelope(envelope) }, stillTrue);
  }

  /** Where the card asked to hear of it, and as long as something waits. */
  tellAvailable(id: ChannelId): void {
    if (!this.events.has('data-available')) return;
    const channel = this.channels.get(id);
    const waits = () => this.channels.get(id) === channel && (channel?.available ?? 0) > 0;
    if (!waits()) return;
    const channelStatus = { channel: id, linkEstablished: channel?.open ?? false, information: 0 };
    const length = Math.min(channel?.available ?? 0, longestLengthTold);
    this.tell({ type: 'data-available', channelStatus, length }, waits);
  }

  /** Behind all that came on the channel: it stays, dropped, until the card has taken that and closes it. */
  tellDropped(id: ChannelId): void {
    const channel = this.channels.get(id);
    if (!channel || channel.open || channel.available > 0 || !this.events.has('channel-status')) return;
    const channelStatus = { channel: id, linkEstablished: false, information: linkDropped };
    this.tell({ type: 'channel-status', channelStatus }, () => this.channels.get(id) === channel);
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
    this.#tell({ ins: 'status', data: new Uint8Array(0) }, () => {
      this.#statusWaits = false;
      return true;
    });
  }
}
