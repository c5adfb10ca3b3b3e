import type { Selectable } from 'kysely';
import type { Database } from './batch-statement.ts';
import type { DispatchTable } from './schema.ts';

export type DispatchRow = Selectable<DispatchTable>;

export class DispatchRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** One dispatch an alarm: calling twice calls once. */
  async call(db: Database, row: DispatchRow): Promise<boolean> {
    const rows = await db
      .insertInto('dispatches')
      .values(row)
      .onConflict((conflict) => conflict.column('alarm').doNothing())
      .returning('id')
      .execute();
    return rows.length > 0;
  }

  async change(
    db: Database,
    id: string,
    change: Pick<DispatchRow, 'state' | 'crew' | 'changed_at' | 'closed_at'>,
  ): Promise<void> {
    await db.updateTable('dispatches').set(change).where('id', '=', id).execute();
  }

  find(id: string, db = this.#database): Promise<DispatchRow | undefined> {
    return db.selectFrom('dispatches').selectAll().where('id', '=', id).executeTakeFirst();
  }

  open(db = this.#database): Promise<DispatchRow[]> {
    return db.selectFrom('dispatches').selectAll().where('closed_at', 'is', null).orderBy('called_at').execute();
  }
}
