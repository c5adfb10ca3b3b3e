/** What a new wrapping key is for: every data key is wrapped under it, and the one before can be destroyed. */
import type { Store } from '../store/open-store.ts';
import { newest, Unwrapper, type WrappingKeys, wrapDataKey } from './wrapping.ts';

/**
 * Wraps every data key under the newest of these. The data keys stay what they are, so nothing that they sealed changes.
 * @returns how many were wrapped anew
 */
export async function rewrap(store: Store, wrappingKeys: WrappingKeys): Promise<number> {
  const wrapping = newest(wrappingKeys);
  const unwrapper = new Unwrapper(wrappingKeys);
  return store.transaction(async (db) => {
    const rows = await store.dataKeys.wrappedBelow(db, wrapping.version);
    for (const row of rows) {
      const raw = unwrapper.raw(row);
      await store.dataKeys.rewrapped(db, wrapDataKey(wrapping, row.owner, row.version, raw));
      raw.fill(0);
    }
    return rows.length;
  });
}

/** The oldest wrapping key that something in the store still needs; undefined where nothing is wrapped. */
export async function oldestWrappingInUse(store: Store): Promise<number | undefined> {
  const { version } = await store.database
    .selectFrom('data_keys')
    .select((select) => select.fn.min('wrapping_version').as('version'))
    .executeTakeFirstOrThrow();
  return version ?? undefined;
}
