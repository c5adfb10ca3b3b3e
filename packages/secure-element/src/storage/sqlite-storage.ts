// The element's memory on a Node gateway: one SQLite file. WAL with synchronous=FULL calls fsync in every commit; an
// exclusive lock keeps a second process from running the same element, and is gone when its process dies.

import { chmodSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Bytes } from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';
import type { Change, CommitPurpose, ElementStorage } from './element-storage.ts';

export interface SqliteStorageOptions {
  readonly path: string;
  /** A limit on the file, in pages of 4096 bytes; without it the disk is the limit. */
  readonly maxPages?: number;
}

/** For handshakes, acknowledgements and counters when no reading fits any more; the log alone may take 4 MiB. */
const reservedPages = 16;
const reservedDiskBytes = 16 << 20;

/** @throws SecureElementError `storage-in-use` while another process runs on the same file */
export function sqliteStorage({ path, maxPages }: SqliteStorageOptions): ElementStorage {
  const database = attempt(() => open(path, maxPages));
  const select = database.prepare('SELECT value FROM element WHERE name = ?');
  const names = database.prepare('SELECT name FROM element WHERE name >= ? AND name < ? ORDER BY name');
  const put = database.prepare(
    'INSERT INTO element (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM element WHERE name = ?');

  const pages = database.prepare(
    'SELECT page_count - freelist_count AS used FROM pragma_page_count, pragma_freelist_count',
  );

  function expectRoomForGrowth(): void {
    const used = Number(pages.get()?.used);
    const { bavail, bsize } = statfsSync(dirname(path));
    if ((maxPages !== undefined && used + reservedPages > maxPages) || bavail * bsize < reservedDiskBytes) {
      throw new SecureElementError('storage-full', 'expected room for one more reading besides the reserve');
    }
  }

  function apply(changes: readonly Change[]): void {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const { name, value } of changes) {
        if (value === null) remove.run(name);
        else put.run(name, value);
      }
      database.exec('COMMIT');
    } catch (error) {
      // SQLite has rolled back by itself after a full disk; a second ROLLBACK is then an error of no interest.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    read: (name) => attempt(() => select.get(name)?.value as Bytes | undefined),
    list: (prefix) => attempt(() => names.all(prefix, `${prefix}\u{10ffff}`).map((row) => String(row.name))),
    commit: (changes, purpose: CommitPurpose = 'upkeep') =>
      attempt(() => {
        if (purpose === 'growth') expectRoomForGrowth();
        apply(changes);
        // What secure_delete has overwritten in the pages is still in the log.
        if (purpose === 'erasure') database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      }),
    close: () => database.close(),
  };
}

function open(path: string, maxPages: number | undefined): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 250 });
  try {
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      CREATE TABLE IF NOT EXISTS element (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    `);
    chmodSync(path, 0o600);
    if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${Math.trunc(maxPages)}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const sqliteBusy = 5;
const sqliteFull = 13;
const sqliteNotADatabase = 26;

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SecureElementError) throw cause;
    switch (primaryCode(cause)) {
      case sqliteBusy:
        throw new SecureElementError('storage-in-use', 'expected a store that no other process holds', { cause });
      case sqliteFull:
        throw new SecureElementError('storage-full', 'expected room on the disk for one more commit', { cause });
      case sqliteNotADatabase:
        throw new SecureElementError('storage-malformed', 'expected a store written by vitalseal', { cause });
      default:
        throw new SecureElementError('storage-failed', 'expected the commit to reach the disk', { cause });
    }
  }
}

/** SQLite's extended result codes keep the primary one in their low byte. */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}
