/** A patient's past, part by part, by way of the live feed. */
import { decodeStep2Message, type Identity } from '@vitalseal/protocol';
import type { Store } from '../store/open-store.ts';
import type { LiveFeed } from './live-feed.ts';
import { messageOf } from './live-feeds.ts';
import { historyParts } from './messages.ts';

/** The newest of a longer past: two weeks at one a minute. */
const mostReadings = 20_000;

export interface HistoryQuestion {
  readonly store: Store;
  readonly feed: LiveFeed;
  readonly patient: Identity;
  /** The store's number of the patient. */
  readonly number: number;
  /** Measurement times, UTC ms: from inclusive, until exclusive. */
  readonly from: number;
  readonly until: number;
}

export async function tellHistory({ store, feed, patient, number, from, until }: HistoryQuestion): Promise<void> {
  const rows = await store.readings.newestBetween(store.database, number, from, until, mostReadings);
  rows.reverse();
  const readings = rows.map(({ payload }) => decodeStep2Message(payload).reading);
  for (const part of historyParts(patient, readings)) feed.push(messageOf(part));
}
