// How long to wait before the next try to reach the hospital. Half of each wait is chance, so that after an outage a
// ward full of pages does not return in one moment and take the hospital down again.
export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Short at first, since most breaks are short; capped low, since a doctor is watching. */
export const usualBackoff: Backoff = { firstMs: 500, longestMs: 15_000 };

/** `attempt` counts from 1; `chance` is uniform in [0, 1). */
export function waitBefore(attempt: number, backoff: Backoff, chance: number): number {
  const ceiling = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}
