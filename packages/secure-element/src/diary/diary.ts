// The patient's own last day: readings that have left the outbox, because the hospital confirmed them or because they
// were taken while nothing was shared, kept under the element's seal for the patient alone. A batch is one value, so that
// it costs the commit that confirms it one write more.

import { type Bytes, decodeReading, encodeCbor, encodeReading, type Reading } from '@vitalseal/protocol';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger, storedList } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';

export interface DiaryEntry {
  /** The outbox's: later readings have greater ones. */
  readonly number: number;
  readonly reading: Reading;
  readonly late: boolean;
}

/** `kept`: taken while the patient shared nothing, and never sent. */
export type DiaryPlace = 'hospital' | 'kept';

export interface DiaryPage {
  readonly place: DiaryPlace;
  /** When they came here, UTC ms. */
  readonly at: number;
  readonly entries: readonly DiaryEntry[];
}

interface PageName {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly place: DiaryPlace;
  readonly at: number;
}

const prefix = 'diary/';
const shape = /^diary\/([0-9a-f]{12})-([0-9a-f]{12})-(\d{1,16})-(hospital|kept)$/;

export class Diary {
  readonly #storage: ElementStorage;
  readonly #keepMs: number;
  #pages: readonly PageName[];

  private constructor(storage: ElementStorage, keepMs: number, pages: readonly PageName[]) {
    this.#storage = storage;
    this.#keepMs = keepMs;
    this.#pages = pages;
  }

  /** @param keepMs 0: nothing is kept */
  static async load(storage: ElementStorage, keepMs: number): Promise<Diary> {
    const names = await storage.list(prefix);
    return new Diary(storage, keepMs, names.flatMap(pageName));
  }

  /** Greater than every number of it; 0 for an empty one. */
  get end(): number {
    return this.#pages.reduce((most, { last }) => Math.max(most, last + 1), 0);
  }

  get keeps(): boolean {
    return this.#keepMs > 0;
  }

  /** What is older than its time goes in the same commit. */
  add(transaction: Transaction, { place, at, entries }: DiaryPage): void {
    const [first] = entries;
    if (!this.keeps || first === undefined) return;
    const numbers = entries.map(({ number }) => number);
    const range = { first: Math.min(...numbers), last: Math.max(...numbers) };
    const name = `${prefix}${hex(range.first)}-${hex(range.last)}-${Math.max(0, Math.round(at))}-${place}`;
    transaction.put(name, encodePage(entries));
    const old = this.#pages.filter((page) => page.at < at - this.#keepMs);
    for (const page of old) transaction.remove(page.name);
    transaction.afterwards(() => {
      const kept = this.#pages.filter((page) => !old.includes(page) && page.name !== name);
      this.#pages = [...kept, { name, ...range, place, at }].sort((a, b) => a.first - b.first);
    });
  }

  /** The first pages that have something from that number on, until they hold `most` of it. */
  async from(number: number, most: number): Promise<readonly DiaryPage[]> {
    const found: DiaryPage[] = [];
    let count = 0;
    let reached = number;
    for (const { name, first, last, place, at } of this.#pages) {
      if (last < number) continue;
      // A page may hold one of a batch before: what lies between its numbers may be in later pages.
      if (count >= most && first > reached) break;
      const stored = await this.#storage.read(name);
      if (stored === undefined) continue;
      const entries = decodePage(stored).filter((entry) => entry.number >= number);
      found.push({ place, at, entries });
      count += entries.length;
      reached = Math.max(reached, last);
    }
    return found;
  }
}

function pageName(name: string): PageName[] {
  const [, first, last, at, place] = shape.exec(name) ?? [];
  if (first === undefined || last === undefined) return [];
  const range = { first: Number.parseInt(first, 16), last: Number.parseInt(last, 16) };
  return [{ name, ...range, at: Number(at), place: place === 'kept' ? 'kept' : 'hospital' }];
}

function encodePage(entries: readonly DiaryEntry[]): Bytes {
  return encodeCbor([entries.map(({ number, reading, late }) => [number, encodeReading(reading), late])]);
}

function decodePage(stored: Bytes): DiaryEntry[] {
  const [entries] = storedFields(stored, 1);
  return storedList(entries).map((entry) => {
    const [number, reading, late] = storedList(entry);
    return { number: storedInteger(number), reading: decodeReading(storedBytes(reading)), late: late === true };
  });
}

function hex(number: number): string {
  return number.toString(16).padStart(12, '0');
}
