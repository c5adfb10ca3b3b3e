/** Checking proofs, step by step as RFC 9162 has it: sections 2.1.3.2 and 2.1.4.2. */
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { AuditError } from '../errors.ts';
import { hashLength } from './compact-range.ts';
import { half, isOdd } from './halving.ts';
import { nodeHash } from './hashes.ts';

export interface Inclusion {
  readonly leaf: Bytes;
  readonly index: number;
  readonly size: number;
  readonly root: Bytes;
  readonly proof: readonly Bytes[];
}

/** @throws AuditError `audit-proof-invalid` */
export async function verifyInclusion({ leaf, index, size, root, proof }: Inclusion): Promise<void> {
  if (!isCount(index) || !isCount(size) || index >= size) throw invalid();
  requireHashes(leaf, root, ...proof);
  let first = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) throw invalid();
    if (isOdd(first) || first === last) {
      hash = await nodeHash(sibling, hash);
      while (!isOdd(first) && first !== 0) {
        first = half(first);
        last = half(last);
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    first = half(first);
    last = half(last);
  }
  if (last !== 0 || !equalBytes(hash, root)) throw invalid();
}

export interface Consistency {
  readonly earlier: { readonly size: number; readonly root: Bytes };
  readonly later: { readonly size: number; readonly root: Bytes };
  readonly proof: readonly Bytes[];
}

/** @throws AuditError `audit-proof-invalid`; every tree extends an empty one, which proves nothing and is refused */
export async function verifyConsistency({ earlier, later, proof }: Consistency): Promise<void> {
  if (!isCount(earlier.size) || !isCount(later.size) || earlier.size === 0 || earlier.size > later.size)
    throw invalid();
  if (earlier.size === later.size) {
    if (proof.length > 0 || !equalBytes(earlier.root, later.root)) throw invalid();
    return;
  }
  requireHashes(earlier.root, later.root, ...proof);
  let first = earlier.size - 1;
  let last = later.size - 1;
  while (isOdd(first)) {
    first = half(first);
    last = half(last);
  }
  // Only of a size that is a power of two the earlier root is itself a node of the later tree.
  const [start, ...rest] = first === 0 ? [earlier.root, ...proof] : proof;
  if (start === undefined || proof.length === 0) throw invalid();
  let firstHash = start;
  let lastHash = start;
  for (const sibling of rest) {
    if (last === 0) throw invalid();
    if (isOdd(first) || first === last) {
      firstHash = await nodeHash(sibling, firstHash);
      lastHash = await nodeHash(sibling, lastHash);
      while (!isOdd(first) && first !== 0) {
        first = half(first);
        last = half(last);
      }
    } else {
      lastHash = await nodeHash(lastHash, sibling);
    }
    first = half(first);
    last = half(last);
  }
  if (last !== 0 || !equalBytes(firstHash, earlier.root) || !equalBytes(lastHash, later.root)) throw invalid();
}

/** A tree of one leaf has that leaf as its root: without this, anything would be proved by being given twice. */
function requireHashes(...hashes: readonly Bytes[]): void {
  if (hashes.some((hash) => hash.length !== hashLength)) throw invalid();
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function invalid(): AuditError {
  return new AuditError('audit-proof-invalid', 'expected a proof that leads to the root');
}
