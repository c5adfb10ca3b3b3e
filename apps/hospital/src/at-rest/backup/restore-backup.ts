/**
 * A backup is put back into an empty store, of either kind, in one transaction: whatever is wrong with the file, nothing has
 * changed. It has no channels in it, so every device shakes hands anew, and sends again what was not acknowledged.
 */
import { open } from 'node:fs/promises';
import { sql } from 'kysely';
import { HospitalError } from '../../errors.ts';
import { BatchStatement, type Database } from '../../store/batch-statement.ts';
import type { Store } from '../../store/open-store.ts';
import type { OnProgress } from '../remove-readings.ts';
import { Unwrapper, type WrappingKeys } from '../wrapping.ts';
import { type BackupRecord, type Cell, columnsOf, decodeRecords, migrationsOf } from './backup-content.ts';
import { malformed, type OpenBackup, openBackup } from './backup-file.ts';
import { type BackedUpTable, backedUpTables, leftOutTables } from './backup-tables.ts';

const restoringSetting = 'restoring';

export interface Restored {
  readonly rows: number;
  /** Identity of the hospital that made it, in its text form. */
  readonly hospital: string;
  /** UTC ms. */
  readonly madeAt: number;
}

/**
 * @param options.actor who restores; then the store is marked until `endRestore`, so that the same command ends what was cut short
 * @throws HospitalError `store-not-empty`, `backup-malformed`, `backup-foreign`, `store-newer`
 */
export async function restoreInto(
  store: Store,
  path: string,
  wrappingKeys: WrappingKeys,
  { actor, onProgress }: { actor?: string; onProgress?: OnProgress } = {},
): Promise<Restored> {
  const file = await open(path, 'r');
  try {
    const backup = await openBackup(file, wrappingKeys);
    const { hospital, madeAt } = backup.header;
    const rows = await store.transaction(async (db) => {
      await expectEmpty(db);
      const { count, counters } = await putBack(store, db, decodeRecords(backup.chunks()), onProgress);
      await expectOpens(store, db, wrappingKeys);
      // PostgreSQL's counters are set outside of every transaction: not before all is known to be sound.
      for (const { table, last } of counters) await countFrom(db, store, table, last);
      if (actor !== undefined) {
        store.audit.append(db, { kind: 'backup-restored', actor, what: { rows: count, madeAt } });
        await store.settings.set(restoringSetting, backup.id, db);
      }
      return count;
    });
    return { rows, hospital, madeAt };
  } finally {
    await file.close();
  }
}

/** Whether what follows the restoring was cut short. @param id what is in the store came from this very file */
export async function isRestoring(store: Store, id?: string): Promise<boolean> {
  const restoring = await store.settings.get(restoringSetting);
  return restoring !== undefined && (id === undefined || restoring === id);
}

/** The store is the hospital's from now on. */
export async function endRestore(db: Database): Promise<void> {
  await db.deleteFrom('settings').where('name', '=', restoringSetting).execute();
}

/** Reads the whole file without a store. @throws HospitalError `backup-malformed`, `backup-foreign` */
export async function checkBackup(
  path: string,
  wrappingKeys: WrappingKeys,
): Promise<Pick<OpenBackup, 'header' | 'id'>> {
  const file = await open(path, 'r');
  try {
    const backup = await openBackup(file, wrappingKeys);
    for await (const _ of decodeRecords(backup.chunks()));
    return backup;
  } finally {
    await file.close();
  }
}

async function expectEmpty(db: Database): Promise<void> {
  for (const table of ['patients', 'people', 'readings', 'cards'] as const) {
    const row = await db.selectFrom(table).select(sql`1`.as('one')).limit(1).executeTakeFirst();
    if (row !== undefined) throw new HospitalError('store-not-empty', 'expected an empty store to restore into');
  }
}

async function putBack(
  store: Store,
  db: Database,
  records: AsyncIterable<BackupRecord>,
  onProgress: OnProgress | undefined,
): Promise<{ count: number; counters: readonly Counter[] }> {
  const known = await migrationsOf(db);
  const tables = new Map<string, BackedUpTable>(backedUpTables.map((table) => [table.name, table]));
  for (const name of [...leftOutTables, ...backedUpTables.map((table) => table.name).reverse()]) {
    await db.deleteFrom(name).execute();
  }
  const counters: Counter[] = [];
  let insert: TableInsert | undefined;
  let count = 0;
  let isFirst = true;
  for await (const record of records) {
    if ((record.kind === 'shape') !== isFirst) throw malformed();
    isFirst = false;
    if (record.kind === 'shape') {
      if (record.migrations.some((name) => !known.includes(name))) {
        throw new HospitalError('store-newer', 'the backup was made by a newer release');
      }
    } else if (record.kind === 'table') {
      const table = tables.get(record.name);
      // Each once: a second would be another's rows under its name.
      tables.delete(record.name);
      const columns = await columnsOf(db, store.kind, record.name);
      if (table === undefined || record.columns.some((name) => !columns.includes(name))) throw malformed();
      insert = new TableInsert(db, table, record.columns);
      if (record.last !== null) counters.push({ table, last: checkedCount(table, record.last) });
    } else if (record.kind === 'rows') {
      if (insert === undefined) throw malformed();
      await insert.rows(record.rows);
      count += record.rows.length;
      onProgress?.(count);
    } else if (record.rows !== count) throw malformed();
  }
  return { count, counters };
}

interface Counter {
  readonly table: BackedUpTable;
  /** The last number that was given. */
  readonly last: number;
}

function checkedCount({ counted }: BackedUpTable, last: number): number {
  if (counted === undefined || !Number.isSafeInteger(last) || last < 0) throw malformed();
  return last;
}

class TableInsert {
  readonly #db: Database;
  readonly #columns: readonly string[];
  readonly #statement: BatchStatement<Record<string, Cell>, never>;

  constructor(db: Database, { name }: BackedUpTable, columns: readonly string[]) {
    this.#db = db;
    this.#columns = columns;
    const sample = Object.fromEntries(columns.map((column): [string, Cell] => [column, null]));
    const open = db.withTables<Record<string, Record<string, Cell>>>();
    this.#statement = new BatchStatement(sample, (rows) =>
      open
        .insertInto(name as string)
        .values(rows)
        .$castTo<never>(),
    );
  }

  async rows(rows: readonly (readonly Cell[])[]): Promise<void> {
    const named = rows.map((row) => {
      if (row.length !== this.#columns.length) throw malformed();
      return Object.fromEntries(this.#columns.map((column, at): [string, Cell] => [column, row[at] ?? null]));
    });
    await this.#statement.execute(this.#db, named);
  }
}

/** A number that was given once is never given again, even if its row is gone. */
async function countFrom(db: Database, { kind }: Store, { name }: BackedUpTable, last: number): Promise<void> {
  if (kind === 'postgresql') {
    await sql`select setval(pg_get_serial_sequence(${name}, 'number'), greatest(${last}, 1), ${last > 0})`.execute(db);
    return;
  }
  await sql`delete from sqlite_sequence where name = ${name}`.execute(db);
  await sql`insert into sqlite_sequence (name, seq) values (${name}, ${last})`.execute(db);
}

/** The keys that the store now holds are ones that this hospital can open. */
async function expectOpens(store: Store, db: Database, wrappingKeys: WrappingKeys): Promise<void> {
  const unwrapper = new Unwrapper(wrappingKeys);
  const rows = await store.dataKeys.ofOwners(db, [0]);
  if (rows.length === 0) throw malformed();
  for (const row of rows) unwrapper.unwrap(row);
}
