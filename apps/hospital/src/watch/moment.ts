/**
 * One moment of the hospital: whatever is changed in the store, on the ward and in replay windows together, in one
 * transaction. Memory follows after the commit. Runs inside a turn of the turnstile.
 */
import { ReplayDraft } from '../channels/replay-draft.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store, TransactionOptions } from '../store/open-store.ts';
import type { Ward, WardDraft } from './ward.ts';

export interface Moment {
  readonly db: Database;
  /** UTC ms on the hospital's clinical clock. */
  readonly now: number;
  readonly ward: WardDraft;
  readonly replay: ReplayDraft;
}

export interface MomentParts {
  readonly store: Store;
  readonly ward: Ward;
  readonly now: () => number;
}

/** Rejects with what `work` or the store threw; nothing has changed then. */
export async function commitMoment<Result>(
  { store, ward, now }: MomentParts,
  work: (moment: Moment) => Promise<Result>,
  options?: TransactionOptions,
): Promise<Result> {
  await ward.recall();
  const at = now();
  const draft = ward.draft(at);
  const replay = new ReplayDraft(store);
  try {
    const result = await store.transaction(async (db) => {
      const done = await work({ db, now: at, ward: draft, replay });
      await draft.write(db);
      await replay.save(db);
      return done;
    }, options);
    replay.committed();
    draft.committed();
    return result;
  } catch (error) {
    // Whether the commit reached the disk is not known: what it touched is read again from the store before it is used.
    replay.abandoned();
    ward.forget(draft.patients.keys());
    throw error;
  }
}
