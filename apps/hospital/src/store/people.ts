import { hospitalOwner } from '../at-rest/sealed-value.ts';
import type { Sealing } from '../at-rest/sealing.ts';
import type { Database } from './batch-statement.ts';
import type { PersonTable } from './schema.ts';

export interface PersonRow extends Omit<PersonTable, 'name'> {
  readonly name: string;
}

export const placeOfName = (identity: string) => ['people', 'name', identity] as const;

export class PersonRows {
  readonly #database: Database;
  readonly #sealing: Sealing;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
  }

  async register(row: PersonRow, db = this.#database): Promise<void> {
    const { tier, on_call } = row;
    const name = this.#sealing.sealText(hospitalOwner, placeOfName(row.identity), row.name);
    await db
      .insertInto('people')
      .values({ ...row, name })
      .onConflict((conflict) => conflict.column('identity').doUpdateSet({ name, tier, on_call }))
      .execute();
  }

  async find(identity: string, db = this.#database): Promise<PersonRow | undefined> {
    const row = await db.selectFrom('people').selectAll().where('identity', '=', identity).executeTakeFirst();
    return row === undefined ? undefined : this.#opened(row);
  }

  async all(db = this.#database): Promise<PersonRow[]> {
    const rows = await db.selectFrom('people').selectAll().orderBy('tier').orderBy('identity').execute();
    return rows.map((row) => this.#opened(row));
  }

  /** A name that does not open is empty. */
  #opened(row: PersonTable): PersonRow {
    return { ...row, name: this.#sealing.openTextOrEmpty(hospitalOwner, placeOfName(row.identity), row.name) };
  }
}
