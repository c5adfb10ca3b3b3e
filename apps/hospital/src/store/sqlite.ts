/**
 * SQLite inside Node: `node:sqlite` shaped as the database that Kysely's own SQLite dialect drives.
 * WAL with synchronous=FULL: each commit is on the disk before it returns. NORMAL lost hundreds of
 * acknowledged rows in power-loss tests, so it is no option.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type Dialect, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';

export interface SqliteSettings {
  readonly file: string;
  /** Upper bound of the file in pages of 4096 bytes: how a test fills the disk. */
  readonly maxPages?: number;
}

/** How long a statement waits for another process. */
export const sqliteBusyMs = 5_000;

/** More distinct statements than the hospital has; only a guard against a leak. */
const statementLimit = 2048;

class PreparedStatement implements SqliteStatement {
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
  }

  all(parameters: ReadonlyArray<unknown>): unknown[] {
    return this.#statement.all(...(parameters as SQLInputValue[]));
  }

  run(parameters: ReadonlyArray<unknown>): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...(parameters as SQLInputValue[]));
  }

  iterate(parameters: ReadonlyArray<unknown>): IterableIterator<unknown> {
    return this.#statement.iterate(...(parameters as SQLInputValue[]));
  }
}

class NodeSqliteDatabase implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, PreparedStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): SqliteStatement {
    // Every transaction here writes. A deferred one would have to upgrade its lock and could be refused half-way.
    if (sql === 'begin') return this.#statement('begin immediate');
    // SQLite ends the transaction by itself on a full disk or an I/O error; there is then nothing left to roll back.
    if (sql === 'rollback' && !this.#database.isTransaction) return this.#statement('select 1');
    return this.#statement(sql);
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #statement(sql: string): PreparedStatement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    if (this.#prepared.size >= statementLimit) this.#prepared.clear();
    const statement = new PreparedStatement(this.#database.prepare(sql));
    this.#prepared.set(sql, statement);
    return statement;
  }
}

export function sqliteDialect(settings: SqliteSettings): Dialect {
  const database = new DatabaseSync(settings.file, { timeout: sqliteBusyMs });
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  // What is deleted is overwritten where it lay, and does not wait in a free page for whoever copies the file.
  database.exec('PRAGMA secure_delete = ON');
  database.exec('PRAGMA foreign_keys = ON');
  database.exec('PRAGMA temp_store = MEMORY');
  database.exec('PRAGMA cache_size = -65536');
  if (settings.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${Math.trunc(settings.maxPages)}`);
  return new SqliteDialect({ database: new NodeSqliteDatabase(database) });
}
