import type { Database } from './batch-statement.ts';

export class SettingRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get(name: string, db = this.#database): Promise<string | undefined> {
    const row = await db.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
    return row?.value;
  }

  async set(name: string, value: string, db = this.#database): Promise<void> {
    await db
      .insertInto('settings')
      .values({ name, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute();
  }
}
