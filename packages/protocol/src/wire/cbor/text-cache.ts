// The same few texts come in every message: the identities of its parties. Kept by their encoded bytes, they need be
// decoded and checked once; at the hospital that is a quarter of the time a message takes to read.

import type { Bytes } from '../../bytes.ts';

interface Entry<T> {
  readonly encoded: Bytes;
  readonly value: T;
}

const slots = 4096;

/** What a text means, for the texts seen last. Each has one place only, so a flood of new ones costs no more memory. */
export class TextCache<T> {
  readonly parse: (text: string) => T;
  readonly #entries: (Entry<T> | undefined)[] = new Array(slots).fill(undefined);

  /** @param parse may throw; then nothing is kept */
  constructor(parse: (text: string) => T) {
    this.parse = parse;
  }

  find(bytes: Bytes, start: number, end: number): T | undefined {
    const entry = this.#entries[slotOf(bytes, start, end)];
    if (entry === undefined || entry.encoded.length !== end - start) return undefined;
    const { encoded, value } = entry;
    for (let i = 0; i < encoded.length; i++) if (encoded[i] !== bytes[start + i]) return undefined;
    return value;
  }

  keep(encoded: Bytes, value: T): void {
    this.#entries[slotOf(encoded, 0, encoded.length)] = { encoded: new Uint8Array(encoded), value };
  }
}

/**
 * FNV-1a of the last bytes, in which identities differ, the very last ones most: its upper half hardly knows of those, so
 * both halves count. Whoever seeks collisions gains misses.
 */
function slotOf(bytes: Bytes, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = Math.max(start, end - 8); i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 16)) & (slots - 1);
}
