/**
 * What was deleted or overwritten still lies in the database's files until their pages are used again. After a migration
 * that sealed what was in clear, and after an erasure, the pages are given back.
 */
import { setTimeout } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { DatabaseKind } from '../store/migrations/columns.ts';
import { sqliteBusyMs } from '../store/sqlite.ts';

const setting = 'clear-pages';
const attempts = 10;
const againAfterMs = 100;

/** Noted in the transaction that sealed, so that a crash before the pages are gone is made up for at the next start. */
export async function clearPagesDue(db: Kysely<unknown>): Promise<void> {
  await sql`insert into settings (name, value) values (${setting}, 'due') on conflict (name) do nothing`.execute(db);
}

export async function clearPagesIfDue<Schema>(database: Kysely<Schema>, kind: DatabaseKind): Promise<void> {
  const { rows } = await sql<{ value: string }>`select value from settings where name = ${setting}`.execute(database);
  const [due] = rows;
  if (due === undefined) return;
  if (due.value !== 'journal') await sql.raw(kind === 'sqlite' ? 'vacuum' : 'vacuum full').execute(database);
  if (kind === 'sqlite' && !(await truncateJournal(database))) {
    await sql`update settings set value = 'journal' where name = ${setting}`.execute(database);
    return;
  }
  await sql`delete from settings where name = ${setting}`.execute(database);
}

/** SQLite's write-ahead log keeps what was until it is cut; where somebody reads from it just now, at the next start. */
export async function clearJournal<Schema>(database: Kysely<Schema>): Promise<void> {
  if (await truncateJournal(database)) return;
  await sql`insert into settings (name, value) values (${setting}, 'journal') on conflict (name) do nothing`.execute(
    database,
  );
}

/** @returns false where others read from it all the time: a backup does so for as long as it takes */
async function truncateJournal<Schema>(database: Kysely<Schema>): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const isCut = await database.connection().execute(async (db) => {
      // SQLite waits for the others within the call, and all that this process does would wait with it.
      await sql.raw('pragma busy_timeout = 0').execute(db);
      try {
        const { rows } = await sql.raw<{ busy: number }>('pragma wal_checkpoint(truncate)').execute(db);
        return rows[0]?.busy === 0;
      } finally {
        await sql.raw(`pragma busy_timeout = ${sqliteBusyMs}`).execute(db);
      }
    });
    if (isCut) return true;
    await setTimeout(againAfterMs);
  }
  return false;
}
