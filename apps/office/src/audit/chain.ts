// Whether entries that stand one after another belong together: each names the hash of the one before. What a hospital
// that rewrote its whole log would give away is the checkpoint's business, not this one's.
import { entryBytes, leafHash, toBase64 } from '@vitalseal/audit';
import type { ReadEntry } from './audit-words.ts';

export type Chain =
  | { readonly kind: 'whole'; readonly from: number; readonly through: number }
  | { readonly kind: 'broken'; readonly at: number };

/** @param entries newest first, as they are shown */
export async function chainOf(entries: readonly ReadEntry[]): Promise<Chain | undefined> {
  const oldest = entries.at(-1);
  const newest = entries[0];
  if (oldest === undefined || newest === undefined) return undefined;
  for (let at = entries.length - 1; at > 0; at -= 1) {
    const before = entries[at];
    const after = entries[at - 1];
    if (before === undefined || after === undefined) break;
    const follows =
      after.index === before.index + 1 &&
      after.entry?.previous === toBase64(await leafHash(entryBytes(before.line))) &&
      after.entry.index === after.index;
    if (!follows) return { kind: 'broken', at: after.index };
  }
  return { kind: 'whole', from: oldest.index, through: newest.index };
}
