import { sql } from 'kysely';
import type { Database } from './batch-statement.ts';
import type { Store } from './open-store.ts';

/** Sees the store as it is now, whatever is committed meanwhile, and holds up nobody who writes. */
export function asOfNow<Result>(
  { database, kind }: Pick<Store, 'database' | 'kind'>,
  read: (db: Database) => Promise<Result>,
): Promise<Result> {
  return database.connection().execute(async (db) => {
    const begin = kind === 'sqlite' ? 'begin deferred' : 'begin transaction isolation level repeatable read read only';
    await sql.raw(begin).execute(db);
    try {
      return await read(db);
    } finally {
      await sql.raw('rollback').execute(db);
    }
  });
}
