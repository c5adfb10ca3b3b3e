// A card that lives in the replay's time, wherever it is.
import { type Clock, parseClock } from '@vitalseal/recording';
import type { SoftwareCardOptions } from '@vitalseal/secure-element/node';

/** log2 of scrypt's, of PINs that guard invented patients: many cards start in one process, and the usual cost is half a second each. */
export const pinCost = 12;

/** @param clock that all processes of the demo share */
export function replayedCard(clock: string): Omit<SoftwareCardOptions, 'folder'> {
  const { now }: Clock = parseClock(clock);
  return { elapsed: now, log2Cost: pinCost, mha: { backoff: { firstMs: 100, mostMs: 2_000 } } };
}
