import type { Selectable } from 'kysely';
import type { Database } from './batch-statement.ts';
import type { PatientTable } from './schema.ts';

export type PatientRow = Selectable<PatientTable>;

export interface Admission {
  readonly identity: string;
  readonly name: string;
  readonly bed: string;
  readonly policy: string | null;
  readonly at: number;
}

export class PatientRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Admits, or brings the particulars of one already admitted (or discharged before) up to date. */
  async admit({ identity, name, bed, policy, at }: Admission, db = this.#database): Promise<void> {
    await db
      .insertInto('patients')
      .values({ identity, name, bed, policy, admitted_at: at, discharged_at: null })
      .onConflict((conflict) => conflict.column('identity').doUpdateSet({ name, bed, policy, discharged_at: null }))
      .execute();
  }

  async discharge(identity: string, at: number, db = this.#database): Promise<boolean> {
    const rows = await db
      .updateTable('patients')
      .set({ discharged_at: at })
      .where('identity', '=', identity)
      .where('discharged_at', 'is', null)
      .returning('number')
      .execute();
    return rows.length > 0;
  }

  find(identity: string, db = this.#database): Promise<PatientRow | undefined> {
    return db.selectFrom('patients').selectAll().where('identity', '=', identity).executeTakeFirst();
  }

  all(db = this.#database): Promise<PatientRow[]> {
    return db.selectFrom('patients').selectAll().orderBy('number').execute();
  }
}
