import type { Database } from './batch-statement.ts';
import type { CareTeamTable } from './people-schema.ts';

export type CareTeamRow = CareTeamTable;

export class CareTeamRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(db = this.#database): Promise<CareTeamRow[]> {
    return db.selectFrom('care_teams').selectAll().orderBy('patient').orderBy('person').execute();
  }

  /** In place of those who were. */
  async set(db: Database, patient: number, people: readonly string[], since: number): Promise<void> {
    await db.deleteFrom('care_teams').where('patient', '=', patient).execute();
    const values = [...new Set(people)].map((person) => ({ patient, person, since }));
    if (values.length > 0) await db.insertInto('care_teams').values(values).execute();
  }

  async leave(person: string, db = this.#database): Promise<void> {
    await db.deleteFrom('care_teams').where('person', '=', person).execute();
  }
}
