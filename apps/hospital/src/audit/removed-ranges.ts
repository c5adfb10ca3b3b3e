/** Which readings the log says were removed: `[stream, from, to]` in each `readings-removed`. */
import type { AuditEntry } from '@vitalseal/audit';

export interface RemovedRanges {
  has(stream: number, sequence: number): boolean;
}

type Range = readonly [from: number, to: number];

export function removedRanges(entries: readonly AuditEntry[]): RemovedRanges {
  const ranges = new Map<number, Range[]>();
  for (const { what } of entries) {
    const streams = what?.streams;
    if (!Array.isArray(streams)) continue;
    for (const range of streams) {
      if (!Array.isArray(range)) continue;
      const [stream, from, to] = range.map(Number);
      if (stream === undefined || from === undefined || to === undefined) continue;
      const known = ranges.get(stream);
      if (known === undefined) ranges.set(stream, [[from, to]]);
      else known.push([from, to]);
    }
  }
  const merged = new Map([...ranges].map(([stream, all]) => [stream, mergedInOrder(all)]));
  return { has: (stream, sequence) => isWithin(merged.get(stream) ?? [], sequence) };
}

/** Retention removes a few readings of each stream at a time: over the years there are thousands of ranges. */
function mergedInOrder(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...ranges].sort(([one], [other]) => one - other)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function isWithin(ranges: readonly Range[], sequence: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const [from, to] = ranges[middle] ?? [0, 0];
    if (sequence >= from && sequence <= to) return true;
    if (sequence < from) high = middle;
    else low = middle + 1;
  }
  return false;
}
