/** Which readings the log says were removed: `[stream, from, to]` in each `readings-removed`. */
import type { AuditEntry } from '@vitalseal/audit';

export interface RemovedRanges {
  has(stream: number, sequence: number): boolean;
}

export function removedRanges(entries: readonly AuditEntry[]): RemovedRanges {
  const ranges = new Map<number, (readonly [number, number])[]>();
  for (const { what } of entries) {
    const streams = what?.streams;
    if (!Array.isArray(streams)) continue;
    for (const range of streams) {
      if (!Array.isArray(range)) continue;
      const [stream, from, to] = range.map(Number);
      if (stream === undefined || from === undefined || to === undefined) continue;
      ranges.set(stream, [...(ranges.get(stream) ?? []), [from, to]]);
    }
  }
  return {
    has: (stream, sequence) => (ranges.get(stream) ?? []).some(([from, to]) => sequence >= from && sequence <= to),
  };
}
