import type { Database } from './batch-statement.ts';

/** Several statements that stand or fall together, in the caller's transaction or in one of their own. */
export function inTransaction<Result>(db: Database, work: (db: Database) => Promise<Result>): Promise<Result> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
