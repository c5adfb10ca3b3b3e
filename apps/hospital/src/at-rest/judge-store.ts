/**
 * Whether a store is the one that was last served from. Three things must agree: what the store says of itself, the anchor
 * beside it in the data folder, and the key store's counter, which cannot go back. One that was put back to an older state
 * has counters and replay windows of before: under the same keys they would be used a second time.
 */

/** In the store, changed with it. */
export interface StoreMark {
  /** What the key store's counter was. */
  readonly counter: bigint;
  /** Counts up every few seconds. */
  readonly mark: number;
  /** The counter was about to be advanced: it may be one further. */
  readonly advancing: boolean;
}

/** In the data folder, written after the store. */
export interface Anchor {
  readonly counter: bigint;
  readonly mark: number;
  /** Number of the newest reading. */
  readonly reading: number;
}

export const disbeliefs = ['store-older', 'anchor-missing', 'anchor-refused', 'anchor-older', 'counter-other'] as const;
export type Disbelief = (typeof disbeliefs)[number];

export type Verdict =
  /** Nothing was served from it, and nothing stands beside it. */
  'first' | 'believed' | Disbelief;

export interface Evidence {
  readonly store: StoreMark | undefined;
  readonly anchor: Anchor | undefined | 'refused';
  readonly counter: bigint;
}

export function judgeStore({ store, anchor, counter }: Evidence): Verdict {
  if (store === undefined) return anchor === undefined ? 'first' : 'store-older';
  if (anchor === undefined) return 'anchor-missing';
  if (anchor === 'refused') return 'anchor-refused';
  if (store.mark < anchor.mark || store.counter < anchor.counter) return 'store-older';
  const isCounted = counter === store.counter || (store.advancing && counter === store.counter + 1n);
  if (!isCounted) return counter > store.counter ? 'store-older' : 'counter-other';
  // A crash between the two leaves the anchor one behind, never more.
  return store.mark - anchor.mark > 1 ? 'anchor-older' : 'believed';
}
