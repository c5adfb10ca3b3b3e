// The patient's own readings of the last day, and where each of them is: what waits, what was refused, and the diary of
// what has left.

import type { Reading } from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';

export interface DiaryReading {
  readonly number: number;
  readonly reading: Reading;
  readonly late: boolean;
  readonly place: 'phone' | 'hospital' | 'refused' | 'kept';
  /** Since when it is there, where that is known; UTC ms. */
  readonly at?: number;
  /** Why the hospital refused it. */
  readonly code?: string;
}

export interface DiaryPart {
  readonly readings: readonly DiaryReading[];
  /** To be named for the next part; undefined: there is no more now. */
  readonly next: number | undefined;
}

const mostInOnePart = 128;

/** @param from the number of the first one wanted */
export async function readDiary(state: ElementState, from: number): Promise<DiaryPart> {
  const { outbox, diary } = state;
  const found: DiaryReading[] = [];
  for (const { place, at, entries } of await diary.from(from, mostInOnePart + 1)) {
    for (const entry of entries) found.push({ ...entry, place, at });
  }
  for (const number of firstFrom(outbox.shelf, from)) {
    const { reading, timeliness, code, refusedAt } = await outbox.readShelf(number);
    found.push({ number, reading, late: timeliness === 'late', place: 'refused', at: refusedAt, code });
  }
  const waiting = firstFrom(outbox.waiting, from);
  for (const [index, { reading, timeliness }] of (await outbox.readAll(waiting)).entries()) {
    found.push({ number: waiting[index] ?? 0, reading, late: timeliness === 'late', place: 'phone' });
  }
  found.sort((a, b) => a.number - b.number);
  const readings = found.slice(0, mostInOnePart);
  const last = readings.at(-1);
  return { readings, next: found.length > readings.length && last ? last.number + 1 : undefined };
}

/** One more than a part holds: it says that there is more. */
function firstFrom(numbers: ReadonlySet<number>, from: number): number[] {
  const found: number[] = [];
  let sorted = true;
  let before = -1;
  for (const number of numbers) {
    if (number < before) sorted = false;
    before = number;
    if (number < from) continue;
    found.push(number);
    if (sorted && found.length > mostInOnePart) break;
  }
  return sorted ? found : found.sort((a, b) => a - b).slice(0, mostInOnePart + 1);
}
