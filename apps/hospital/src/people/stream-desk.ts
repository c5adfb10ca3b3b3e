/** Opens live feeds: one sealed subscription, then a response that does not end. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Bytes, ProtocolError } from '@vitalseal/protocol';
import type { AlarmOutbox } from '../alarms/alarm-outbox.ts';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import { HospitalError } from '../errors.ts';
import type { Turnstile } from '../intake/turnstile.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { commitMoment, type MomentParts } from '../watch/moment.ts';
import { LiveFeed } from './live-feed.ts';
import type { LiveFeeds } from './live-feeds.ts';
import { acceptOnce, openStep3Message } from './step3-message.ts';

export interface StreamDeskOptions extends MomentParts {
  readonly registry: ChannelRegistry;
  readonly turnstile: Turnstile;
  readonly feeds: LiveFeeds;
  readonly sessions: Sessions;
  readonly outbox: AlarmOutbox;
  readonly feedLimit: number;
  readonly waitingLimit: number;
  readonly drainTimeoutMs: number;
  readonly onProblem: (error: unknown) => void;
}

export class StreamDesk {
  readonly #options: StreamDeskOptions;

  constructor(options: StreamDeskOptions) {
    this.#options = options;
  }

  /** @throws before anything is written to the response; after that the feed ends by itself */
  async open(record: Bytes, output: ServerResponse, headers: OutgoingHttpHeaders): Promise<void> {
    const { registry, turnstile, feeds, sessions, outbox, feedLimit, waitingLimit, drainTimeoutMs, onProblem } =
      this.#options;
    const asked = await openStep3Message(registry, record);
    if (sessions.ofChannel(asked.channel) === undefined) throw noSession();
    if (asked.message.type !== 'subscribe') throw new HospitalError('malformed-request', 'expected a subscription');
    if (feeds.size >= feedLimit) throw new HospitalError('too-many-feeds', `expected at most ${feedLimit} live feeds`);
    await turnstile.run(() => commitMoment(this.#options, (moment) => acceptOnce(moment, asked)));
    // Revoked or replaced while that was committed, when there was no feed yet to be cut.
    if (asked.channel.closed || sessions.ofChannel(asked.channel) === undefined) throw noSession();
    output.writeHead(200, {
      ...headers,
      'content-type': 'application/cbor-seq',
      'cache-control': 'no-store',
      // A proxy that buffers would hold an alarm back.
      'x-accel-buffering': 'no',
    });
    output.flushHeaders();
    const feed = new LiveFeed({
      channel: asked.channel,
      output,
      waitingLimit,
      drainTimeoutMs,
      onEnd: (ended) => feeds.leave(ended),
      onProblem,
    });
    feeds.join(feed);
    outbox.kick();
  }
}

function noSession(): ProtocolError {
  return new ProtocolError('channel-unknown', 'expected a channel of an open session');
}
