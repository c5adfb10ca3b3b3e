import { BatchStatement, type Database } from './batch-statement.ts';

export interface TriageRow {
  readonly patient: number;
  /** The last reading that the state has seen. */
  readonly through: number;
  readonly state: string;
}

export class TriageRows {
  readonly #save: BatchStatement<TriageRow, never>;

  constructor(database: Database) {
    this.#save = new BatchStatement<TriageRow, never>({ patient: 0, through: 0, state: '' }, (rows) =>
      database
        .insertInto('triage')
        .values(rows)
        .onConflict((conflict) =>
          conflict
            .column('patient')
            .doUpdateSet((set) => ({ through: set.ref('excluded.through'), state: set.ref('excluded.state') })),
        )
        .$castTo<never>(),
    );
  }

  save(db: Database, rows: readonly TriageRow[]): Promise<never[]> {
    return this.#save.execute(db, rows);
  }

  all(db: Database): Promise<TriageRow[]> {
    return db.selectFrom('triage').selectAll().execute();
  }
}
