/** A patient's past, part by part, by way of the live feed. */
import { decodeStep2Message, type Identity, type Reading } from '@vitalseal/protocol';
import type { Store } from '../store/open-store.ts';
import type { StoredReading } from '../store/readings.ts';
import { messageOf } from './feed-message.ts';
import type { LiveFeed } from './live-feed.ts';

/** Readings a message: under its limit of 960 KiB at the largest reading. */
const readingsPerPart = 200;
/** The newest of a longer past: two weeks at one a minute. */
const mostReadings = 20_000;

export interface HistoryQuestion {
  readonly store: Store;
  readonly feed: Pick<LiveFeed, 'push'>;
  /** Whether this feed may still be told: it may be locked, or not be theirs any more, while the store is read. */
  readonly mayStill: () => boolean;
  readonly patient: Identity;
  /** The store's number of the patient. */
  readonly number: number;
  /** Measurement times, UTC ms: from inclusive, until exclusive. */
  readonly from: number;
  readonly until: number;
}

export async function tellHistory({ store, feed, mayStill, ...asked }: HistoryQuestion): Promise<void> {
  const { patient, number, from, until } = asked;
  const rows = await store.readings.newestBetween(store.database, number, from, until, mostReadings);
  if (!mayStill()) return;
  rows.reverse();
  const parts: StoredReading[][] = [];
  for (let at = 0; at < rows.length || at === 0; at += readingsPerPart)
    parts.push(rows.slice(at, at + readingsPerPart));
  for (const [index, part] of parts.entries()) {
    const readings: Reading[] = part
      .filter(({ payload }) => payload.length > 0)
      .map(({ payload }) => decodeStep2Message(payload).reading);
    feed.push(messageOf({ type: 'history', patient, readings, more: index < parts.length - 1 }));
  }
}
