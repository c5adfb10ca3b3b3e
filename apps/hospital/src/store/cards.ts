import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Database } from './batch-statement.ts';
import type { CardTable } from './schema.ts';

export type CardRow = Selectable<CardTable>;
export type NewCard = Omit<Insertable<CardTable>, 'number'>;

export class CardRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(row: NewCard, db = this.#database): Promise<void> {
    await db.insertInto('cards').values(row).execute();
  }

  async change(number: number, change: Updateable<CardTable>, db = this.#database): Promise<void> {
    await db.updateTable('cards').set(change).where('number', '=', number).execute();
  }

  find(administrationId: string, db = this.#database): Promise<CardRow | undefined> {
    return db.selectFrom('cards').selectAll().where('administration_id', '=', administrationId).executeTakeFirst();
  }

  ofPatient(patient: string, db = this.#database): Promise<CardRow[]> {
    return db.selectFrom('cards').selectAll().where('patient', '=', patient).orderBy('number').execute();
  }

  all(db = this.#database): Promise<CardRow[]> {
    return db.selectFrom('cards').selectAll().orderBy('number').execute();
  }

  /** Cards whose certificate is to be revoked, and has not been. */
  toRevoke(db = this.#database): Promise<CardRow[]> {
    return db.selectFrom('cards').selectAll().where('revocation', '=', 'due').orderBy('number').execute();
  }
}
