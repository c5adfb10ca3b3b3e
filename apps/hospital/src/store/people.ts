import type { Selectable } from 'kysely';
import { hospitalOwner } from '../at-rest/sealed-value.ts';
import type { Sealing } from '../at-rest/sealing.ts';
import type { Database } from './batch-statement.ts';
import type { PersonTable } from './schema.ts';

type StoredPerson = Selectable<PersonTable>;

export interface PersonRow extends Omit<StoredPerson, 'name' | 'removed_at'> {
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
    const row = await db
      .selectFrom('people')
      .selectAll()
      .where('identity', '=', identity)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    return row === undefined ? undefined : this.#opened(row);
  }

  async all(db = this.#database): Promise<PersonRow[]> {
    const rows = await db
      .selectFrom('people')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('tier')
      .orderBy('identity')
      .execute();
    return rows.map((row) => this.#opened(row));
  }

  /** Whether somebody had this identity and was removed: nobody else gets it. */
  async wasRemoved(identity: string, db = this.#database): Promise<boolean> {
    const row = await db.selectFrom('people').select('removed_at').where('identity', '=', identity).executeTakeFirst();
    return row !== undefined && row.removed_at !== null;
  }

  /** Whether they are on the staff; until the end of this transaction nobody removes them. */
  async hold(identity: string, db: Database): Promise<boolean> {
    const rows = await db
      .updateTable('people')
      .set({ identity })
      .where('identity', '=', identity)
      .where('removed_at', 'is', null)
      .returning('identity')
      .execute();
    return rows.length > 0;
  }

  async remove(identity: string, at: number, db = this.#database): Promise<boolean> {
    const rows = await db
      .updateTable('people')
      .set({ removed_at: at, on_call: 0 })
      .where('identity', '=', identity)
      .where('removed_at', 'is', null)
      .returning('identity')
      .execute();
    return rows.length > 0;
  }

  /** A name that does not open is empty. */
  #opened({ removed_at: _, ...row }: StoredPerson): PersonRow {
    return { ...row, name: this.#sealing.openTextOrEmpty(hospitalOwner, placeOfName(row.identity), row.name) };
  }
}
