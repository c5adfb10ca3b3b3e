/** The statements of the log. On PostgreSQL a commit's entries cost one round trip: the head moves with them, or nothing does. */
import { CompiledQuery } from 'kysely';
import { type Database, withTheNext } from '../store/batch-statement.ts';
import type { DatabaseKind } from '../store/migrations/columns.ts';
import type { Blob } from '../store/schema.ts';

/** How far the log has come: how many entries, and the leaf hash of the last one, base64. */
export interface Head {
  readonly size: number;
  readonly last: string;
}

export interface AppendedEntry {
  readonly number: number;
  readonly leaf: Blob;
  readonly entry: string;
}

/** Rows a statement: three parameters each, well under what either database takes. */
const largestBatch = 256;

export class LogRows {
  readonly #kind: DatabaseKind;

  constructor(kind: DatabaseKind) {
    this.#kind = kind;
  }

  /** Whether the head was where the caller thought; if not, nothing has changed. */
  async appendAfter(db: Database, from: Head, entries: readonly AppendedEntry[], to: Head): Promise<boolean> {
    if (this.#kind === 'postgresql' && entries.length <= largestBatch) {
      const { rows } = await db.executeQuery(moveAndInsert(from, entries, to));
      return rows.length > 0;
    }
    const { rows } = await db.executeQuery(
      CompiledQuery.raw(
        'update audit_head set size = $1, last = $2 where id = 1 and size = $3 and last = $4 returning size'.replaceAll(
          /\$\d/g,
          (place) => (this.#kind === 'sqlite' ? '?' : place),
        ),
        [to.size, to.last, from.size, from.last],
      ),
    );
    if (rows.length === 0) return false;
    await this.#insert(db, entries);
    return true;
  }

  /**
   * As `appendAfter`, sent with the commit, which fails if the head was elsewhere: one round trip less.
   * @returns whether it will be; false where that cannot be done, and then nothing was
   */
  async appendWithCommit(db: Database, from: Head, entries: readonly AppendedEntry[], to: Head): Promise<boolean> {
    if (this.#kind !== 'postgresql' || entries.length > largestBatch) return false;
    await db.executeQuery(moveAndInsert(from, entries, to, orFail));
    return true;
  }

  /** The head, which nobody else can move before this transaction ends. */
  async lockHead(db: Database): Promise<Head> {
    const query = db.selectFrom('audit_head').select(['size', 'last']).where('id', '=', 1);
    const head = await (this.#kind === 'postgresql' ? query.forUpdate() : query).executeTakeFirst();
    if (head === undefined) throw new Error('expected the log to have a head');
    return head;
  }

  /** After `lockHead`. */
  async append(db: Database, entries: readonly AppendedEntry[], to: Head): Promise<void> {
    await db.updateTable('audit_head').set({ size: to.size, last: to.last }).where('id', '=', 1).execute();
    await this.#insert(db, entries);
  }

  async #insert(db: Database, entries: readonly AppendedEntry[]): Promise<void> {
    for (let from = 0; from < entries.length; from += largestBatch) {
      await db.executeQuery(this.#insertOf(entries.slice(from, from + largestBatch)));
    }
  }

  #insertOf(entries: readonly AppendedEntry[]): CompiledQuery {
    let at = 1;
    const place = () => (this.#kind === 'sqlite' ? '?' : `$${at++}`);
    const rows = entries.map(() => `(${place()}, ${place()}, ${place()})`).join(', ');
    return CompiledQuery.raw(`insert into audit_entries (number, leaf, entry) values ${rows}`, valuesOf(entries));
  }
}

interface Unmoved {
  readonly mark: string;
  readonly number: string;
  readonly condition: string;
}

/** What becomes of the statement when the head was elsewhere: no row is inserted, or it divides by zero. */
const orNothing: Unmoved = {
  mark: '',
  number: 'number',
  condition: 'where exists (select 1 from head) returning number',
};
const orFail: Unmoved = { mark: withTheNext, number: 'number / (select count(*) from head)', condition: '' };

function moveAndInsert(from: Head, entries: readonly AppendedEntry[], to: Head, unmoved = orNothing): CompiledQuery {
  const rows = entries.map((_, row) => `($${5 + 3 * row}::bigint, $${6 + 3 * row}::bytea, $${7 + 3 * row}::text)`);
  return CompiledQuery.raw(
    `${unmoved.mark}with head as (update audit_head set size = $1::bigint, last = $2::text
       where id = 1 and size = $3::bigint and last = $4::text returning size)
     insert into audit_entries (number, leaf, entry)
     select ${unmoved.number}, leaf, entry from (values ${rows.join(', ')}) as new (number, leaf, entry)
     ${unmoved.condition}`,
    [to.size, to.last, from.size, from.last, ...valuesOf(entries)],
  );
}

function valuesOf(entries: readonly AppendedEntry[]): unknown[] {
  return entries.flatMap(({ number, leaf, entry }) => [number, leaf, entry]);
}
