import type { Selectable } from 'kysely';
import type { Database } from './batch-statement.ts';
import type { PersonTable } from './schema.ts';

export type PersonRow = Selectable<PersonTable>;

export class PersonRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async register(row: PersonRow, db = this.#database): Promise<void> {
    const { name, tier, on_call } = row;
    await db
      .insertInto('people')
      .values(row)
      .onConflict((conflict) => conflict.column('identity').doUpdateSet({ name, tier, on_call }))
      .execute();
  }

  find(identity: string, db = this.#database): Promise<PersonRow | undefined> {
    return db.selectFrom('people').selectAll().where('identity', '=', identity).executeTakeFirst();
  }

  all(db = this.#database): Promise<PersonRow[]> {
    return db.selectFrom('people').selectAll().orderBy('tier').orderBy('identity').execute();
  }
}
