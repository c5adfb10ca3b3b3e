/** A live feed is an access to those whom it shows, from when until when: it stands in the audit log. */
import { concerning, watchAct } from '../audit/access-acts.ts';
import type { DispatchRow } from '../store/dispatches.ts';
import type { Store } from '../store/open-store.ts';
import type { Ward } from '../watch/ward.ts';
import type { LiveFeed } from './live-feed.ts';
import type { WatchChange } from './live-feeds.ts';

export interface WatchKeeperOptions {
  readonly store: Store;
  readonly ward: () => Ward;
}

export function callKeeper({ store, ward }: WatchKeeperOptions) {
  return ({ channel }: LiveFeed, call: DispatchRow): void => {
    const patient = ward().get(call.patient)?.identity;
    const what = { call: call.id, alarm: call.alarm };
    store.audit.later({ kind: 'call-seen', actor: channel.peerName, ...concerning(patient), what });
  };
}

export function watchKeeper({ store, ward }: WatchKeeperOptions) {
  return ({ channel }: LiveFeed, { change, patients }: WatchChange): void => {
    const known = patients.flatMap((number) => ward().get(number) ?? []);
    if (known.length === 0) return;
    store.audit.later(watchAct(channel, { change, patients: known }));
  };
}
