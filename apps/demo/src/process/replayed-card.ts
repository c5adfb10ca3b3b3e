// A card that lives in the replay's time, wherever it is.
import { type Clock, parseClock } from '@vitalseal/recording';
import type { SoftwareCardOptions } from '@vitalseal/secure-element/node';

/** @param clock that all processes of the demo share */
export function replayedCard(clock: string): Omit<SoftwareCardOptions, 'folder'> {
  const { now }: Clock = parseClock(clock);
  return { elapsed: now, mha: { backoff: { firstMs: 100, mostMs: 2_000 } } };
}
