import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';
import { staffTally } from './sessions.ts';

/** Sessions, passkeys, invitations or care teams were changed: a hospital that serves takes it over within a second. */
export async function staffChanged(store: Store, db: Database = store.database): Promise<void> {
  await store.tallies.add(db, staffTally, 1);
}
