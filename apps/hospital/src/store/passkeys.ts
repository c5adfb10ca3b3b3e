import { hospitalOwner } from '../at-rest/sealed-value.ts';
import type { Sealing } from '../at-rest/sealing.ts';
import type { Database } from './batch-statement.ts';
import type { PasskeyTable } from './people-schema.ts';

export interface PasskeyRow extends Omit<PasskeyTable, 'label'> {
  readonly label: string;
}

const place = (id: string) => ['passkeys', 'label', id] as const;

export class PasskeyRows {
  readonly #database: Database;
  readonly #sealing: Sealing;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
  }

  /** False where there is, or ever was, a passkey of that identifier. */
  async add(row: PasskeyRow, db = this.#database): Promise<boolean> {
    const label = this.#sealing.sealText(hospitalOwner, place(row.id), row.label);
    const added = await db
      .insertInto('passkeys')
      .values({ ...row, label })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute();
    return added.length > 0;
  }

  /** One that is in use. */
  async find(id: string, db = this.#database): Promise<PasskeyRow | undefined> {
    const row = await db
      .selectFrom('passkeys')
      .selectAll()
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .executeTakeFirst();
    return row === undefined ? undefined : this.#opened(row);
  }

  async ofPerson(person: string, db = this.#database): Promise<PasskeyRow[]> {
    const rows = await db
      .selectFrom('passkeys')
      .selectAll()
      .where('person', '=', person)
      .where('removed_at', 'is', null)
      .orderBy('registered_at')
      .execute();
    return rows.map((row) => this.#opened(row));
  }

  async all(db = this.#database): Promise<PasskeyRow[]> {
    const rows = await db
      .selectFrom('passkeys')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('registered_at')
      .execute();
    return rows.map((row) => this.#opened(row));
  }

  /** False where another assertion was counted meanwhile: of two at the same moment one is not the authenticator's. */
  async used(
    id: string,
    { before, counter, at }: { before: number; counter: number; at: number },
    db = this.#database,
  ): Promise<boolean> {
    const rows = await db
      .updateTable('passkeys')
      .set({ counter, used_at: at })
      .where('id', '=', id)
      .where('counter', '=', before)
      .where('removed_at', 'is', null)
      .returning('id')
      .execute();
    return rows.length > 0;
  }

  /** Whether it is in use; until the end of this transaction nobody takes it out of use. */
  async hold(id: string, db: Database): Promise<boolean> {
    const rows = await db
      .updateTable('passkeys')
      .set({ id })
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .returning('id')
      .execute();
    return rows.length > 0;
  }

  async remove(id: string, at: number, db = this.#database): Promise<boolean> {
    const rows = await db
      .updateTable('passkeys')
      .set({ removed_at: at })
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .returning('id')
      .execute();
    return rows.length > 0;
  }

  #opened(row: PasskeyTable): PasskeyRow {
    return { ...row, label: this.#sealing.openTextOrEmpty(hospitalOwner, place(row.id), row.label) };
  }
}
