import type { Sealing } from '../at-rest/sealing.ts';
import { BatchStatement, type Database } from './batch-statement.ts';
import type { Blob } from './schema.ts';

export interface TriageRow {
  readonly patient: number;
  /** The last reading that the state has seen. */
  readonly through: number;
  readonly state: string;
}

type StoredTriage = Omit<TriageRow, 'state'> & { readonly state: Blob };

export const placeOfTriage = (through: number) => ['triage', 'state', through] as const;

export class TriageRows {
  readonly #sealing: Sealing;
  readonly #save: BatchStatement<StoredTriage, never>;

  constructor(database: Database, sealing: Sealing) {
    this.#sealing = sealing;
    const sample: StoredTriage = { patient: 0, through: 0, state: new Uint8Array() };
    this.#save = new BatchStatement<StoredTriage, never>(sample, (rows) =>
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

  /** Of a patient who was erased meanwhile nothing is kept. */
  save(db: Database, rows: readonly TriageRow[]): Promise<never[]> {
    const sealed = rows
      .filter(({ patient }) => this.#sealing.has(patient))
      .map(({ patient, through, state }) => ({
        patient,
        through,
        state: this.#sealing.sealText(patient, placeOfTriage(through), state),
      }));
    return this.#save.execute(db, sealed);
  }

  /** A state that does not open is empty. */
  async all(db: Database): Promise<TriageRow[]> {
    const rows = await db.selectFrom('triage').selectAll().execute();
    await this.#sealing.readyToOpen(
      db,
      rows.map(({ patient, state }) => ({ owner: patient, sealed: state })),
    );
    return rows.map(({ patient, through, state }) => ({
      patient,
      through,
      state: this.#sealing.openTextOrEmpty(patient, placeOfTriage(through), state),
    }));
  }
}
