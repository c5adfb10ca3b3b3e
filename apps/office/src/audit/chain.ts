// Whether entries that stand one after another belong together: each names the hash of the one before. What a hospital
// that rewrote its whole log would give away is the checkpoint's business, not this one's.
import { entryBytes, leafHash, toBase64 } from '@vitalseal/audit';
import type { ReadEntry } from './audit-words.ts';

export type Chain =
  | {
      readonly kind: 'whole';
      readonly from: number;
      readonly through: number;
      /** Entries that came without their end: what follows them could not be checked against them. */
      readonly cut: number;
    }
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
    if (after.index !== before.index + 1 || after.entry?.index !== after.index)
      return { kind: 'broken', at: after.index };
    if (before.isCut) continue;
    if (after.entry.previous !== toBase64(await leafHash(entryBytes(before.line)))) {
      return { kind: 'broken', at: after.index };
    }
  }
  const cut = entries.filter(({ isCut }) => isCut).length;
  return { kind: 'whole', from: oldest.index, through: newest.index, cut };
}
