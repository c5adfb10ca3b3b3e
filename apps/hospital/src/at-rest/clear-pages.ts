/**
 * What was deleted or overwritten still lies in the database's files until their pages are used again. After a migration
 * that sealed what was in clear, and after an erasure, the pages are given back.
 */
import { type Kysely, sql } from 'kysely';
import type { DatabaseKind } from '../store/migrations/columns.ts';

const setting = 'clear-pages';

/** Noted in the transaction that sealed, so that a crash before the pages are gone is made up for at the next start. */
export async function clearPagesDue(db: Kysely<unknown>): Promise<void> {
  await sql`insert into settings (name, value) values (${setting}, 'due') on conflict (name) do nothing`.execute(db);
}

export async function clearPagesIfDue<Schema>(database: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  const { rows } = await sql`select value from settings where name = ${setting}`.execute(database);
  if (rows.length === 0) return;
  await sql.raw(kind === 'sqlite' ? 'vacuum' : 'vacuum full').execute(database);
  if (kind === 'sqlite') await truncateJournal(database);
  await sql`delete from settings where name = ${setting}`.execute(database);
}

/** SQLite's write-ahead log keeps what was until it is cut. */
export async function truncateJournal<Schema>(database: Kysely<Schema>): Promise<void> {
  await sql.raw('pragma wal_checkpoint(truncate)').execute(database);
}
