// A card that lives in the replay's time, wherever it is.
import type { SoftwareCardOptions } from '@vitalseal/secure-element/node';
import type { SharedClock } from './shared-clock.ts';

/** log2 of scrypt's, of PINs that guard invented patients: many cards start in one process, and the usual cost is half a second each. */
export const pinCost = 12;

export function replayedCard(clock: SharedClock): Omit<SoftwareCardOptions, 'folder'> {
  return { elapsed: () => clock.now(), log2Cost: pinCost, mha: { backoff: { firstMs: 100, mostMs: 2_000 } } };
}
