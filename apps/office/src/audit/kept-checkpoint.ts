// What this browser has verified before: the log's first key and its last checkpoint. A hospital that shows another log
// later, or a shorter one, is found out by them. Neither names anybody.
const place = 'vitalseal-audit-checkpoint';

export interface KeptCheckpoint {
  /** The log's first key, in its one-line form. */
  readonly key: string;
  readonly note: string;
  /** Entries that it is over. */
  readonly size: number;
  /** When it was verified, UTC ms. */
  readonly at: number;
}

export function keptCheckpoint(): KeptCheckpoint | undefined {
  try {
    const kept: Partial<KeptCheckpoint> | null = JSON.parse(localStorage.getItem(place) ?? 'null');
    if (typeof kept?.key !== 'string' || typeof kept.note !== 'string') return undefined;
    return { key: kept.key, note: kept.note, size: Number(kept.size), at: Number(kept.at) };
  } catch {
    return undefined;
  }
}

export function keepCheckpoint(kept: KeptCheckpoint): void {
  try {
    localStorage.setItem(place, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing verifies all the same, without what it saw before.
  }
}
