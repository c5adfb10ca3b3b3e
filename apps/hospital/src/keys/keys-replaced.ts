/** What a command that has replaced a key tells the hospital that serves beside it. */
import type { Store } from '../store/open-store.ts';
import { keysTakenSetting, keysTally } from './live-keys.ts';

/** A serving hospital looks once a second. */
const patienceMs = 5_000;
const pauseMs = 100;

/**
 * Waits until the serving hospital uses the new keys, or has had the time to: where none serves, nobody is waited for
 * longer than that.
 */
export async function keysReplaced(store: Store): Promise<void> {
  await store.tallies.add(store.database, keysTally, 1);
  const tally = (await store.tallies.get(keysTally)) ?? 0;
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    if (Number(await store.settings.get(keysTakenSetting)) >= tally) return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
