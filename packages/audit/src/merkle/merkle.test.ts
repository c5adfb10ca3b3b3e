import { readFileSync } from 'node:fs';
import { type Bytes, bytesToHex, hexToBytes } from '@vitalseal/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64 } from '../base64.ts';
import { CompactRange } from './compact-range.ts';
import { emptyRoot, leafHash, nodeHash } from './hashes.ts';
import { consistencyProof, inclusionProof, subtreeOf } from './proofs.ts';
import { verifyConsistency, verifyInclusion } from './verify-proofs.ts';

const vectors = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../tests/vectors/merkle/${name}.json`, import.meta.url), 'utf8'));

interface Trees {
  readonly leaves: readonly string[];
  readonly leafHashes: readonly string[];
  readonly roots: readonly string[];
  readonly compactRanges: readonly (readonly string[])[];
}
const trees = vectors('trees') as Trees;

/** What cannot even be read is a proof that leads nowhere. */
const hash = (text: string | null): Bytes => fromBase64(text ?? '') ?? new Uint8Array();

describe('the tree as published', () => {
  test('leaves, nodes and the empty tree are hashed apart', async () => {
    const ascii = (text: string) => new TextEncoder().encode(text);
    expect(bytesToHex(await emptyRoot())).toBe(trees.roots[0]);
    expect(bytesToHex(await leafHash(ascii('L123456')))).toBe(
      '395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56',
    );
    expect(bytesToHex(await nodeHash(ascii('N123'), ascii('N456')))).toBe(
      'aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb',
    );
  });

  test('roots and compact ranges of trees of 0 to 8 leaves', async () => {
    const range = CompactRange.empty();
    for (const [size, root] of trees.roots.entries()) {
      expect(bytesToHex(await range.root())).toBe(root);
      expect(bytesToHex(range.encode())).toBe(trees.compactRanges[size]?.join(''));
      const leaf = trees.leaves[size];
      if (leaf === undefined) break;
      const hashed = await leafHash(hexToBytes(leaf));
      expect(bytesToHex(hashed)).toBe(trees.leafHashes[size]);
      await range.append(hashed);
    }
  });

  interface InclusionVector {
    readonly file: string;
    readonly leafIdx: number;
    readonly treeSize: number;
    readonly root: string;
    readonly leafHash: string;
    readonly proof: readonly string[] | null;
    readonly wantErr: boolean;
  }
  test.each(vectors('inclusion') as InclusionVector[])('$file', async (vector) => {
    const verified = verifyInclusion({
      leaf: hash(vector.leafHash),
      index: vector.leafIdx,
      size: vector.treeSize,
      root: hash(vector.root),
      proof: (vector.proof ?? []).map(hash),
    });
    if (vector.wantErr) await expect(verified).rejects.toMatchObject({ code: 'audit-proof-invalid' });
    else await verified;
  });

  interface ConsistencyVector {
    readonly file: string;
    readonly size1: number;
    readonly size2: number;
    readonly root1: string;
    readonly root2: string;
    readonly proof: readonly string[] | null;
    readonly wantErr: boolean;
  }
  test.each(vectors('consistency') as ConsistencyVector[])('$file', async (vector) => {
    const verified = verifyConsistency({
      earlier: { size: vector.size1, root: hash(vector.root1) },
      later: { size: vector.size2, root: hash(vector.root2) },
      proof: (vector.proof ?? []).map(hash),
    });
    if (vector.wantErr) await expect(verified).rejects.toMatchObject({ code: 'audit-proof-invalid' });
    else await verified;
  });
});

describe('a tree of any size', () => {
  const leavesOf = async (size: number) => {
    const leaves: Bytes[] = [];
    for (let at = 0; at < size; at++) leaves.push(await leafHash(Uint8Array.of(at & 0xff, at >> 8)));
    return leaves;
  };

  test('has the root that its compact range has, and each leaf and each earlier tree is proved in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), async (size, one, other) => {
        const leaves = await leavesOf(size);
        const subtree = subtreeOf(leaves);
        const range = CompactRange.empty();
        for (const leaf of leaves) await range.append(leaf);
        const root = await subtree(0, size);
        expect(await range.root()).toEqual(root);
        expect(await CompactRange.decode(size, range.encode()).root()).toEqual(root);

        const index = one % size;
        const leaf = leaves[index] as Bytes;
        const proof = await inclusionProof(index, size, subtree);
        await verifyInclusion({ leaf, index, size, root, proof });
        const elsewhere = { leaf, index: (index + 1) % size, size, root, proof };
        if (size > 1) await expect(verifyInclusion(elsewhere)).rejects.toMatchObject({ code: 'audit-proof-invalid' });

        const earlier = { size: 1 + (other % size), root: await subtree(0, 1 + (other % size)) };
        const later = { size, root };
        const extended = await consistencyProof(earlier.size, size, subtree);
        await verifyConsistency({ earlier, later, proof: extended });
        const altered = { earlier: { ...earlier, root: await nodeHash(root, root) }, later, proof: extended };
        await expect(verifyConsistency(altered)).rejects.toMatchObject({ code: 'audit-proof-invalid' });
      }),
      { seed: 6962, numRuns: 60 },
    );
  });

  test('a compact range that does not fit its size is refused', () => {
    expect(() => CompactRange.decode(3, new Uint8Array(32))).toThrowError('expected the compact range');
    expect(() => CompactRange.decode(-1, new Uint8Array())).toThrowError('expected the compact range');
  });
});
