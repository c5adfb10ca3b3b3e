/** What is in a backup, as a sequence of CBOR values: of which shape the store was, its rows table by table, how many there were. */
import { createHash } from 'node:crypto';
import { type Bytes, type CborValue, decodeCbor, encodeCbor } from '@vitalseal/protocol';
import { sql } from 'kysely';
import type { Database } from '../../store/batch-statement.ts';
import type { DatabaseKind } from '../../store/migrations/columns.ts';
import { malformed } from './backup-file.ts';
import { type BackedUpTable, backedUpTables, leftOutSettings, textKeys } from './backup-tables.ts';

export type Cell = number | string | null | Bytes;

export type BackupRecord =
  /** Names of the migrations that the store had. */
  | { readonly kind: 'shape'; readonly migrations: readonly string[] }
  | { readonly kind: 'table'; readonly name: string; readonly columns: readonly string[]; readonly last: number | null }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'end'; readonly rows: number };

const lengthLength = 4;
/** A page of rows, each under 64 KiB and a little. */
const mostRecord = 1 << 26;
const rowsAPage = 500;
const bytesARecord = 1 << 18;

/** Everything there is to back up, as of one moment: `db` is a transaction that sees no change of others. */
export async function* exportRecords(db: Database, kind: DatabaseKind): AsyncGenerator<BackupRecord> {
  yield { kind: 'shape', migrations: await migrationsOf(db) };
  let count = 0;
  for (const table of backedUpTables) {
    const columns = await columnsOf(db, kind, table.name);
    yield { kind: 'table', name: table.name, columns, last: table.counted ? await lastNumber(db, kind, table) : null };
    for await (const rows of rowsOf(db, kind, table, columns)) {
      count += rows.length;
      yield { kind: 'rows', rows };
    }
  }
  yield { kind: 'end', rows: count };
}

export async function migrationsOf(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name);
}

/** In the order of their names: the two databases, and stores of different age, have them in different orders. */
export async function columnsOf(db: Database, kind: DatabaseKind, table: string): Promise<string[]> {
  const { rows } =
    kind === 'sqlite'
      ? await sql<{ name: string }>`select name from pragma_table_info(${table})`.execute(db)
      : await sql<{ name: string }>`select column_name as name from information_schema.columns
          where table_schema = current_schema() and table_name = ${table}`.execute(db);
  return rows.map(({ name }) => name).sort();
}

async function* rowsOf(
  db: Database,
  kind: DatabaseKind,
  table: BackedUpTable,
  columns: readonly string[],
): AsyncGenerator<Cell[][]> {
  const names = sql.join(columns.map((name) => sql.ref(name)));
  const isPaged = table.key.length === 1 && table.key[0] === 'number';
  const bytewise = sql.raw(kind === 'postgresql' ? ' collate "C"' : '');
  const order = sql.join(
    table.key.map((name) => (textKeys.includes(name) ? sql`${sql.ref(name)}${bytewise}` : sql.ref(name))),
  );
  let after = -1;
  let offset = 0;
  for (;;) {
    const { rows } = await (isPaged
      ? sql<Record<string, Cell>>`select ${names} from ${sql.table(table.name)} where number > ${after}
          order by number limit ${rowsAPage}`
      : sql<Record<string, Cell>>`select ${names} from ${sql.table(table.name)}
          order by ${order} limit ${rowsAPage} offset ${offset}`
    ).execute(db);
    offset += rows.length;
    after = Number(rows.at(-1)?.number ?? after);
    let page: Cell[][] = [];
    let size = 0;
    for (const row of rows) {
      if (table.name === 'settings' && leftOutSettings.includes(String(row.name))) continue;
      const cells = columns.map((name) => cellOf(row[name] ?? null));
      page.push(cells);
      size += sizeOf(cells);
      if (size < bytesARecord) continue;
      yield page;
      page = [];
      size = 0;
    }
    if (page.length > 0) yield page;
    if (rows.length < rowsAPage) return;
  }
}

/** PostgreSQL's bytes are Buffers. */
function cellOf(value: Cell): Cell {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

function sizeOf(cells: readonly Cell[]): number {
  return cells.reduce<number>(
    (sum, cell) => sum + (cell instanceof Uint8Array || typeof cell === 'string' ? cell.length : 8),
    0,
  );
}

async function lastNumber(db: Database, kind: DatabaseKind, { name }: BackedUpTable): Promise<number> {
  const { rows } =
    kind === 'sqlite'
      ? await sql<{ last: number }>`select seq as last from sqlite_sequence where name = ${name}`.execute(db)
      : await sql<{ last: number | null }>`select last_value as last from pg_sequences
          where schemaname = current_schema() and format('%I.%I', schemaname, sequencename)::regclass =
            pg_get_serial_sequence(${name}, 'number')::regclass`.execute(db);
  return Number(rows[0]?.last ?? 0);
}

export function encodeRecord(record: BackupRecord): Bytes {
  const value: CborValue = cborOf(record);
  const encoded = encodeCbor(value);
  const framed = new Uint8Array(lengthLength + encoded.length);
  new DataView(framed.buffer).setUint32(0, encoded.length);
  framed.set(encoded, lengthLength);
  return framed;
}

function cborOf(record: BackupRecord): CborValue {
  switch (record.kind) {
    case 'shape':
      return ['shape', [...record.migrations]];
    case 'table':
      return ['table', record.name, [...record.columns], record.last];
    case 'rows':
      return ['rows', record.rows.map((row) => [...row])];
    case 'end':
      return ['end', record.rows];
  }
}

/** @throws HospitalError `backup-malformed` */
export async function* decodeRecords(chunks: AsyncIterable<Bytes>): AsyncGenerator<BackupRecord> {
  let waiting = Buffer.alloc(0);
  let ended = false;
  for await (const chunk of chunks) {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      if (waiting.length < lengthLength) break;
      const length = waiting.readUInt32BE(0);
      if (length > mostRecord) throw malformed();
      if (waiting.length < lengthLength + length) break;
      if (ended) throw malformed();
      const record = decodeRecord(new Uint8Array(waiting.subarray(lengthLength, lengthLength + length)));
      waiting = waiting.subarray(lengthLength + length);
      ended = record.kind === 'end';
      yield record;
    }
  }
  if (!ended || waiting.length > 0) throw malformed();
}

/** @throws HospitalError `backup-malformed` */
export function decodeRecord(encoded: Bytes): BackupRecord {
  let value: CborValue;
  try {
    value = decodeCbor(encoded, { maxBytes: mostRecord });
  } catch (cause) {
    throw malformed(cause);
  }
  if (!Array.isArray(value)) throw malformed();
  const [kind, first, second, third] = value;
  if (kind === 'shape' && value.length === 2 && isTexts(first)) return { kind, migrations: first };
  if (kind === 'table' && value.length === 4 && typeof first === 'string' && isTexts(second) && isLast(third)) {
    return { kind, name: first, columns: second, last: third };
  }
  if (kind === 'rows' && value.length === 2 && Array.isArray(first) && first.every(isRow)) return { kind, rows: first };
  if (kind === 'end' && value.length === 2 && typeof first === 'number') return { kind, rows: first };
  throw malformed();
}

const isTexts = (value: CborValue | undefined): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
const isLast = (value: CborValue | undefined): value is number | null => value === null || typeof value === 'number';
const isRow = (value: CborValue): value is Cell[] =>
  Array.isArray(value) &&
  value.every(
    (cell) => cell === null || typeof cell === 'number' || typeof cell === 'string' || cell instanceof Uint8Array,
  );

/** The same for the same content, from whichever database it comes. */
export async function digestOf(records: AsyncIterable<BackupRecord>): Promise<string> {
  const hash = createHash('sha256');
  for await (const record of records) if (record.kind !== 'shape') hash.update(encodeRecord(record));
  return hash.digest('hex');
}
