/**
 * The tree as far as it has grown, in as little as it takes to go on: the roots of its full subtrees, largest first, one
 * for each bit set in its size.
 */
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { AuditError } from '../errors.ts';
import { half, isOdd } from './halving.ts';
import { emptyRoot, nodeHash } from './hashes.ts';

export const hashLength = 32;

export class CompactRange {
  #size: number;
  readonly #roots: Bytes[];

  private constructor(size: number, roots: Bytes[]) {
    this.#size = size;
    this.#roots = roots;
  }

  static empty(): CompactRange {
    return new CompactRange(0, []);
  }

  /** @throws AuditError `audit-malformed` unless there is one hash for each bit set in the size */
  static decode(size: number, encoded: Bytes): CompactRange {
    let expected = 0;
    for (let rest = size; rest > 0; rest = half(rest)) if (isOdd(rest)) expected += 1;
    if (!Number.isSafeInteger(size) || size < 0 || encoded.length !== expected * hashLength) {
      throw new AuditError('audit-malformed', 'expected the compact range of a tree of that size');
    }
    const roots: Bytes[] = [];
    for (let at = 0; at < encoded.length; at += hashLength) roots.push(encoded.slice(at, at + hashLength));
    return new CompactRange(size, roots);
  }

  encode(): Bytes {
    return concatBytes(...this.#roots);
  }

  copy(): CompactRange {
    return new CompactRange(this.#size, [...this.#roots]);
  }

  get size(): number {
    return this.#size;
  }

  async append(leaf: Bytes): Promise<void> {
    let root = leaf;
    for (let rest = this.#size; isOdd(rest); rest = half(rest)) {
      const left = this.#roots.pop();
      if (left === undefined) throw new Error('expected a root for each bit of the size');
      root = await nodeHash(left, root);
    }
    this.#roots.push(root);
    this.#size += 1;
  }

  async root(): Promise<Bytes> {
    let root: Bytes | undefined;
    for (const left of this.#roots.toReversed()) root = root === undefined ? left : await nodeHash(left, root);
    return root ?? emptyRoot();
  }
}
