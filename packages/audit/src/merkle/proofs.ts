/** Making proofs: RFC 9162, sections 2.1.3.1 and 2.1.4.1 (RFC 6962, sections 2.1.1 and 2.1.2). */
import type { Awaitable, Bytes } from '@vitalseal/protocol';
import { leftLeaves } from './halving.ts';
import { emptyRoot, nodeHash } from './hashes.ts';

/** Root of the subtree over the leaves from..until-1. */
export type SubtreeRoot = (from: number, until: number) => Awaitable<Bytes>;

/** Over leaf hashes that are at hand. */
export function subtreeOf(leaves: readonly Bytes[]): SubtreeRoot {
  const rootOf: SubtreeRoot = async (from, until) => {
    if (until - from === 0) return emptyRoot();
    const first = leaves[from];
    if (first === undefined || until > leaves.length) throw new RangeError('expected leaves of the tree');
    if (until - from === 1) return first;
    const middle = from + leftLeaves(until - from);
    return nodeHash(await rootOf(from, middle), await rootOf(middle, until));
  };
  return rootOf;
}

/** The hashes that lead from a leaf to the root of the tree of `size` leaves. */
export async function inclusionProof(index: number, size: number, subtree: SubtreeRoot): Promise<Bytes[]> {
  if (index < 0 || index >= size) throw new RangeError('expected a leaf of the tree');
  return pathTo(index, 0, size, subtree);
}

async function pathTo(index: number, from: number, until: number, subtree: SubtreeRoot): Promise<Bytes[]> {
  if (until - from === 1) return [];
  const middle = from + leftLeaves(until - from);
  return index < middle
    ? [...(await pathTo(index, from, middle, subtree)), await subtree(middle, until)]
    : [...(await pathTo(index, middle, until, subtree)), await subtree(from, middle)];
}

/** That the tree of `size` leaves begins with the tree of `earlier` leaves. Empty when one of them is empty or both are the same. */
export async function consistencyProof(earlier: number, size: number, subtree: SubtreeRoot): Promise<Bytes[]> {
  if (earlier < 0 || earlier > size) throw new RangeError('expected a tree and an earlier one');
  if (earlier === 0 || earlier === size) return [];
  return subproof(earlier, 0, size, true, subtree);
}

async function subproof(
  earlier: number,
  from: number,
  until: number,
  isWhole: boolean,
  subtree: SubtreeRoot,
): Promise<Bytes[]> {
  if (earlier === until) return isWhole ? [] : [await subtree(from, until)];
  const middle = from + leftLeaves(until - from);
  if (earlier <= middle) {
    return [...(await subproof(earlier, from, middle, isWhole, subtree)), await subtree(middle, until)];
  }
  return [...(await subproof(earlier, middle, until, false, subtree)), await subtree(from, middle)];
}
