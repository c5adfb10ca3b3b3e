import type { Sealing } from '../at-rest/sealing.ts';
import type { Database } from './batch-statement.ts';
import type { EmergencyAccessTable } from './people-schema.ts';

export interface EmergencyAccessRow extends Omit<EmergencyAccessTable, 'reason'> {
  readonly reason: string;
}

const place = (id: string) => ['emergency_accesses', 'reason', id] as const;

export class EmergencyAccessRows {
  readonly #database: Database;
  readonly #sealing: Sealing;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
  }

  async add(row: EmergencyAccessRow, db = this.#database): Promise<void> {
    await this.#sealing.ready(db, [row.patient]);
    const reason = this.#sealing.sealText(row.patient, place(row.id), row.reason);
    await db
      .insertInto('emergency_accesses')
      .values({ ...row, reason })
      .execute();
  }

  /** Newest first. */
  async since(from: number, limit: number, db = this.#database): Promise<EmergencyAccessRow[]> {
    const rows = await db
      .selectFrom('emergency_accesses')
      .selectAll()
      .where('since', '>=', from)
      .orderBy('since', 'desc')
      .limit(limit)
      .execute();
    await this.#sealing.readyToOpen(
      db,
      rows.map(({ patient, reason }) => ({ owner: patient, sealed: reason })),
    );
    return rows.map((row) => this.#opened(row));
  }

  /** A reason whose patient was erased is empty. */
  #opened(row: EmergencyAccessTable): EmergencyAccessRow {
    if (row.reason.length === 0) return { ...row, reason: '' };
    return { ...row, reason: this.#sealing.openTextOrEmpty(row.patient, place(row.id), row.reason) };
  }
}
