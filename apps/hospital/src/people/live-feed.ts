/**
 * One clinician's live feed: what the hospital tells, sealed on their channel and written as it happens. Bounded: a
 * reader that falls behind is cut off and comes again, so that it costs no memory and hears nothing stale.
 */
import type { Writable } from 'node:stream';
import { type Bytes, encodeCbor } from '@vitalseal/protocol';
import type { OpenChannel } from '../channels/open-channel.ts';
import type { FeedMessage } from './feed-message.ts';

export interface LiveFeedOptions {
  readonly channel: OpenChannel;
  readonly output: Writable;
  /** Messages that may wait beside those of the beginning. */
  readonly waitingLimit: number;
  /** How long a reader may take nothing at all, ms. */
  readonly drainTimeoutMs: number;
  readonly onEnd: (feed: LiveFeed) => void;
  readonly onProblem: (error: unknown) => void;
}

const heartbeat = Uint8Array.of(0xf6);
const farewellMs = 2000;

export class LiveFeed {
  readonly channel: OpenChannel;
  readonly #options: LiveFeedOptions;
  #waiting: FeedMessage[] = [];
  #limit: number;
  #pumping = false;
  #ended = false;
  #last = false;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    this.channel = options.channel;
    this.#limit = options.waitingLimit;
    options.output.on('close', () => this.end());
    options.output.on('error', () => this.end());
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What the reader is told first may be as long as it is: the ward's size is no reader's fault. */
  begin(messages: readonly FeedMessage[]): void {
    this.#limit = this.#options.waitingLimit + messages.length;
    for (const message of messages) this.push(message);
  }

  /** What waits to be told is not for this reader any more. */
  forget(): void {
    this.#waiting = [];
  }

  /** One more message, in place of whatever waits; then the feed ends. */
  farewell(message: FeedMessage): void {
    if (this.#ended || this.#last) return;
    this.#waiting = [];
    this.push(message);
    this.#last = true;
    // For a reader that takes nothing any more.
    setTimeout(() => this.cut(), farewellMs).unref();
  }

  /** Whether its last message is on its way. */
  get isEnding(): boolean {
    return this.#last;
  }

  push(message: FeedMessage): void {
    if (this.#ended || this.#last) return;
    if (this.#waiting.length >= this.#limit) {
      this.cut();
      return;
    }
    this.#waiting.push(message);
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump().catch((error: unknown) => {
      this.#options.onProblem(error);
      this.cut();
    });
  }

  beat(): void {
    const { output } = this.#options;
    if (!this.#ended && !this.#pumping && !output.writableNeedDrain) output.write(heartbeat);
  }

  /** Ends the feed in the middle of whatever it was: the reader sees that it was cut. */
  cut(): void {
    this.#options.output.destroy();
    this.end();
  }

  /** Ends the feed between two messages. */
  finish(): void {
    if (!this.#ended) this.#options.output.end();
    this.end();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting = [];
    this.#options.onEnd(this);
  }

  async #pump(): Promise<void> {
    const { output, channel } = this.#options;
    for (;;) {
      const message = this.#waiting.shift();
      if (message === undefined || this.#ended) break;
      const encoded = this.#encoded(message);
      if (encoded === undefined) continue;
      const { bytes } = await channel.sealer.seal(encoded);
      if (this.#ended) break;
      if (!output.write(encodeCbor(bytes))) await this.#drained();
    }
    this.#pumping = false;
    if (this.#last) this.finish();
  }

  /** One patient of whom nothing can be told must not hide all the others from every page. */
  #encoded(message: FeedMessage): Bytes | undefined {
    try {
      return message.bytes;
    } catch (error) {
      this.#options.onProblem(error);
      return undefined;
    }
  }

  async #drained(): Promise<void> {
    const { output, drainTimeoutMs } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.cut(), drainTimeoutMs);
    output.once('drain', resolve);
    output.once('close', resolve);
    await promise;
    clearTimeout(timer);
    output.off('drain', resolve);
    output.off('close', resolve);
  }
}
