/** What a crew is told of a call of the ambulance: of one that is offered to it or its own, and nothing of others. */
import type { DispatchRow } from '../store/dispatches.ts';
import type { Ward } from '../watch/ward.ts';
import { type FeedMessage, messageOf } from './feed-message.ts';
import type { LiveFeed } from './live-feed.ts';
import { dispatchMessage, takenByOthers } from './messages.ts';
import type { OpenCalls } from './open-calls.ts';

export interface CallNewsOptions {
  readonly ward: () => Ward;
  readonly calls: OpenCalls;
  readonly now: () => number;
  /** A crew is shown a call for the first time on this feed. */
  readonly onCallSeen?: (feed: LiveFeed, call: DispatchRow) => void;
}

export class CallNews {
  readonly #options: CallNewsOptions;
  readonly #seen = new WeakMap<LiveFeed, Set<string>>();

  constructor(options: CallNewsOptions) {
    this.#options = options;
  }

  /** Whom a call does not concern hears of it once, if they were shown it: that it is over for them. */
  of(feed: LiveFeed, row: DispatchRow): FeedMessage[] {
    const { ward, calls, now, onCallSeen } = this.#options;
    const patient = ward().get(row.patient);
    if (patient === undefined) return [];
    const seen = this.#seen.get(feed) ?? new Set();
    this.#seen.set(feed, seen);
    if (!calls.concerns(row, feed.channel.peerName)) {
      return seen.delete(row.id) ? [messageOf(takenByOthers(row))] : [];
    }
    // Of one that is over, said again, there is nothing left to tell.
    if (row.closed_at !== null && !seen.delete(row.id)) return [];
    if (row.closed_at === null && !seen.has(row.id)) {
      seen.add(row.id);
      onCallSeen?.(feed, row);
    }
    return [messageOf(dispatchMessage(patient, row, now()))];
  }
}
