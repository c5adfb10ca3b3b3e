/** A live feed is an access to those whom it shows, from when until when: it stands in the audit log. */
import { watchAct } from '../audit/access-acts.ts';
import type { Store } from '../store/open-store.ts';
import type { Ward } from '../watch/ward.ts';
import type { LiveFeed } from './live-feed.ts';
import type { WatchChange } from './live-feeds.ts';

export interface WatchKeeperOptions {
  readonly store: Store;
  readonly ward: () => Ward;
}

export function watchKeeper({ store, ward }: WatchKeeperOptions) {
  return ({ channel }: LiveFeed, { change, patients }: WatchChange): void => {
    const known = patients.flatMap((number) => ward().get(number) ?? []);
    if (known.length === 0) return;
    store.audit.later(watchAct(channel, { change, patients: known }));
  };
}
