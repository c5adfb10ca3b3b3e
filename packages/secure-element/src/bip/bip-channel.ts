// A TCP connection of the terminal as the card sees it: the bearer independent protocol of ETSI TS 102 223 (OPEN
// CHANNEL, SEND DATA, RECEIVE DATA, GET CHANNEL STATUS, CLOSE CHANNEL and two events), as bytes out and bytes in. All
// state is this channel's own: one that is dying touches nothing of its successor.

import type { Bytes } from '@vitalseal/protocol';
import type { Envelope, TerminalResponse } from '@vitalseal/uicc';
import { SecureElementError } from '../errors.ts';
import { expectPerformed, isPerformed } from '../toolkit/performed.ts';
import type { ProactiveCommandBody } from '../toolkit/proactive-queue.ts';
import type { ToolkitSession } from '../toolkit/toolkit-session.ts';
import { mostReceived, mostSent } from './apdu-room.ts';
import { ByteQueue } from './byte-queue.ts';

export interface BipDestination {
  /** 4 or 16 bytes. */
  readonly address: Bytes;
  readonly port: number;
}

/** What the terminal is asked to hold for each direction. */
const bufferSize = 1500;

export class BipChannel {
  readonly #session: ToolkitSession;
  readonly #unsent = new ByteQueue();
  readonly #deaf: () => void;
  /** Named by the terminal while the channel is open. */
  #channel: number | undefined;
  #failure: Error | undefined;
  #closed = false;
  #dropped = false;
  /** Bytes the terminal says it holds for us: 255 may be more. */
  #available = 0;
  /** What the terminal holds of what it is to send. */
  #granted = bufferSize;
  #sending: Promise<void> | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(session: ToolkitSession) {
    this.#session = session;
    this.#deaf = session.listen({
      envelope: (envelope) => this.#take(envelope),
      ended: () => this.#end(failed('expected a terminal until the card is reset')),
    });
  }

  /** Why it ended, where it was not closed by the card. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** @throws SecureElementError `link-failed` */
  async open({ address, port }: BipDestination): Promise<void> {
    try {
      const command = { type: 'open-channel', address, port, bufferSize } as const;
      const response = await this.#session.issueMade(() => (this.#closed ? undefined : command));
      if (!response) return;
      this.#established(expectPerformed(response));
      if (this.#closed) await this.#release();
    } catch (cause) {
      throw this.#end(failed('expected the terminal to open a channel', cause));
    }
  }

  /** @returns once the terminal has taken it all @throws SecureElementError `link-failed` */
  async write(data: Bytes): Promise<void> {
    this.#expectUsable();
    this.#unsent.put(data);
    this.#session.stir();
    if (this.#channel === undefined) return;
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  /** One reader at a time. @returns undefined at the end @throws SecureElementError `link-failed` */
  async read(): Promise<Bytes | undefined> {
    while (!this.#closed) {
      if (this.#available > 0) {
        const data = await this.#receive();
        if (data.length > 0) return data;
      } else if (this.#dropped) {
        break;
      } else {
        await this.#changed.promise;
      }
    }
    if (this.#failure) throw this.#failure;
    return undefined;
  }

  /** GET CHANNEL STATUS: a terminal that slept may have missed to tell. @returns whether the link still stands */
  async stands(): Promise<boolean> {
    const channel = this.#channel;
    if (channel === undefined || this.#closed || this.#dropped) return false;
    const response = await this.#session.issue({ type: 'get-channel-status' });
    const { channelStatus, furtherChannels = [] } = response;
    const own = [channelStatus, ...furtherChannels].find((status) => status?.channel === channel);
    if (isPerformed(response) && !own?.linkEstablished) this.#drop();
    return !this.#dropped && !this.#closed;
  }

  /** Whatever is unsent is not sent any more. */
  close(): void {
    this.#end(undefined);
  }

  async #send(): Promise<void> {
    while (this.#unsent.length > 0 && !this.#closed) {
      const response = await this.#session.issueMade(() => this.#nextPart());
      if (response && !isPerformed(response)) throw this.#end(failed('expected the terminal to send'));
    }
    if (this.#failure) throw this.#failure;
  }

  #nextPart(): ProactiveCommandBody | undefined {
    const channel = this.#channel;
    if (this.#closed || channel === undefined || this.#unsent.length === 0) return undefined;
    const room = Math.min(this.#granted, mostSent(this.#session.longestCommand));
    return { type: 'send-data', channel, data: this.#unsent.take(room), immediate: true };
  }

  async #receive(): Promise<Bytes> {
    let asked = 0;
    const response = await this.#session.issueMade(() => {
      const channel = this.#channel;
      if (this.#closed || channel === undefined) return undefined;
      asked = Math.min(this.#available, mostReceived);
      return { type: 'receive-data', channel, length: asked };
    });
    const none = new Uint8Array(0);
    if (!response || this.#closed) return none;
    if (!isPerformed(response)) {
      this.#available = 0;
      // What it still held when the link was dropped, it need not keep.
      if (!this.#dropped) throw this.#end(failed('expected the terminal to hand over what it received'));
      return none;
    }
    const { channelData = none, channelDataLength = 0 } = response;
    if (channelData.length > asked) throw this.#end(failed('expected no more than was asked for'));
    // One that says there is more and hands over nothing is not asked again before its next event.
    this.#available = channelData.length === 0 ? 0 : channelDataLength;
    return channelData;
  }

  #established({ channelStatus, bufferSize: granted = bufferSize }: TerminalResponse): void {
    const { channel = 0, linkEstablished = false } = channelStatus ?? {};
    if (channel < 1 || channel > 7 || !linkEstablished || granted < 1) {
      throw new SecureElementError('link-failed', 'expected an open channel from 1 to 7');
    }
    this.#channel = channel;
    this.#granted = granted;
    if (this.#unsent.length > 0) this.write(new Uint8Array(0)).catch(() => {});
  }

  #take(envelope: Envelope): void {
    if (envelope.type !== 'data-available' && envelope.type !== 'channel-status') return;
    if (this.#closed || envelope.channelStatus.channel !== this.#channel) return;
    if (envelope.type === 'data-available') this.#available = envelope.length;
    else if (!envelope.channelStatus.linkEstablished) this.#drop();
    this.#change();
  }

  /** What the terminal still holds is read first. */
  #drop(): void {
    this.#dropped = true;
    this.#unsent.clear();
    this.#change();
  }

  #change(): void {
    this.#session.stir();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #expectUsable(): void {
    if (this.#failure) throw this.#failure;
    if (this.#closed || this.#dropped) throw failed('expected a link that stands');
  }

  #end(failure: SecureElementError | undefined): SecureElementError {
    const error = failure ?? failed('expected a link that stands');
    if (this.#closed) return error;
    this.#closed = true;
    this.#failure = failure;
    this.#unsent.clear();
    this.#deaf();
    this.#change();
    this.#release().catch(() => {});
    return error;
  }

  /** The terminal's channel is free again, also where the link was dropped from the other end. */
  async #release(): Promise<void> {
    const channel = this.#channel;
    this.#channel = undefined;
    if (channel !== undefined && this.#session.profile) {
      await this.#session.issue({ type: 'close-channel', channel });
    }
  }
}

function failed(message: string, cause?: unknown): SecureElementError {
  return new SecureElementError('link-failed', message, { cause });
}
