import type { Database } from './batch-statement.ts';

export class TallyRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(db: Database, name: string, count: number): Promise<void> {
    await db
      .insertInto('tallies')
      .values({ name, count })
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet((set) => ({ count: set('tallies.count', '+', set.ref('excluded.count')) })),
      )
      .execute();
  }

  async get(name: string, db = this.#database): Promise<number | undefined> {
    const row = await db.selectFrom('tallies').select('count').where('name', '=', name).executeTakeFirst();
    return row?.count;
  }

  async all(db = this.#database): Promise<Map<string, number>> {
    const rows = await db.selectFrom('tallies').selectAll().orderBy('name').execute();
    return new Map(rows.map((row) => [row.name, row.count]));
  }
}
