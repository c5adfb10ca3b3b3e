/**
 * Three accounts of the leaf hashes since the last checkpoint that held: as they follow from the entries, as they stand
 * beside them, and as each next entry names the one before. Whichever of them leads to a signed root is the true one, and
 * then the entry that differs from it is known.
 */
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { fromBase64 } from '../base64.ts';
import type { CompactRange } from '../merkle/compact-range.ts';

export interface SeenEntry {
  readonly index: number;
  /** Base64. */
  readonly computed: string;
  readonly beside: string;
  /** What this entry says of the one before. */
  readonly previous: string;
}

export type Difference = 'none' | 'everywhere' | { readonly index: number; readonly of: 'entry' | 'hash' };

export class CandidateLeaves {
  #range: CompactRange;
  #seen: SeenEntry[] = [];

  constructor(range: CompactRange) {
    this.#range = range;
  }

  get size(): number {
    return this.#range.size + this.#seen.length;
  }

  /** The first entry that no checkpoint has vouched for yet. */
  get provenSize(): number {
    return this.#range.size;
  }

  /** Entries that no checkpoint has vouched for, and in which not even the hashes agree. */
  get firstInconsistent(): number | undefined {
    const named = this.#asNamedByTheNext();
    return this.#seen.find(({ computed, beside }, at) => computed !== beside || computed !== named[at])?.index;
  }

  add(entry: SeenEntry): void {
    this.#seen.push(entry);
  }

  /** Undefined when the entries are just what was signed; then they are vouched for. */
  async differenceFrom(root: Bytes): Promise<Difference> {
    const computed = this.#seen.map((entry) => entry.computed);
    const extended = await this.#extended(computed);
    if (extended !== undefined && equalBytes(await extended.root(), root)) {
      this.#range = extended;
      const besides = this.#seen.find((entry) => entry.beside !== entry.computed);
      this.#seen = [];
      return besides === undefined ? 'none' : { index: besides.index, of: 'hash' };
    }
    const accounts = [this.#seen.map((entry) => entry.beside), this.#asNamedByTheNext()];
    for (const account of accounts) {
      const other = await this.#extended(account);
      if (other === undefined || !equalBytes(await other.root(), root)) continue;
      const altered = this.#seen.find((entry, at) => entry.computed !== account[at]);
      if (altered !== undefined) return { index: altered.index, of: 'entry' };
    }
    return 'everywhere';
  }

  #asNamedByTheNext(): string[] {
    return this.#seen.map((entry, at) => this.#seen[at + 1]?.previous ?? entry.beside);
  }

  async #extended(leaves: readonly string[]): Promise<CompactRange | undefined> {
    const range = this.#range.copy();
    for (const leaf of leaves) {
      const hash = fromBase64(leaf);
      if (hash?.length !== 32) return undefined;
      await range.append(hash);
    }
    return range;
  }
}
