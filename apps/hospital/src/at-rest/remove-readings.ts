/** Readings are deleted a few hundred at a time, each time with an entry in the audit log that names exactly those. */
import type { Detail } from '@vitalseal/audit';
import type { Store } from '../store/open-store.ts';

export type OnProgress = (done: number) => void;

/** Which: those of one patient up to a number, or those that came before a time. */
export type Removed = { readonly patient: number; readonly through: number } | { readonly receivedBefore: number };

export interface RemoveOptions {
  readonly actor: string;
  /** Name of the patient in the log. */
  readonly subject?: string;
  readonly onProgress?: OnProgress | undefined;
  /** Takes turns with whoever else writes in this process. */
  readonly turn?: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

interface Origin {
  readonly number: number;
  readonly stream: number;
  readonly sequence: number;
}

const page = 500;

export async function removeReadings(store: Store, which: Removed, options: RemoveOptions): Promise<number> {
  const { actor, subject, onProgress, turn = (work) => work() } = options;
  let removed = 0;
  for (;;) {
    const count = await turn(() =>
      store.transaction(async (db) => {
        const oldest = db.selectFrom('readings').select(['number', 'stream', 'sequence', 'received_at']).limit(page);
        const rows =
          'patient' in which
            ? await oldest.where('patient', '=', which.patient).where('number', '<=', which.through).execute()
            : // By number, which grows with the time of receipt: what is kept is not read over and over.
              (await oldest.orderBy('number').execute()).filter((row) => row.received_at < which.receivedBefore);
        if (rows.length === 0) return 0;
        const numbers = rows.map(({ number }) => number);
        await db.deleteFrom('readings').where('number', 'in', numbers).execute();
        const what = { streams: rangesOf(rows) };
        store.audit.append(db, { kind: 'readings-removed', actor, what, ...(subject && { patient: subject }) });
        return rows.length;
      }),
    );
    if (count === 0) return removed;
    removed += count;
    onProgress?.(removed);
  }
}

/** [stream, from, to], without a gap in between. */
export function rangesOf(rows: readonly Origin[]): Detail[] {
  const sorted = [...rows].sort((a, b) => a.stream - b.stream || a.sequence - b.sequence);
  const ranges: [number, number, number][] = [];
  for (const { stream, sequence } of sorted) {
    const last = ranges.at(-1);
    if (last !== undefined && last[0] === stream && last[2] + 1 === sequence) last[2] = sequence;
    else ranges.push([stream, sequence, sequence]);
  }
  return ranges;
}
