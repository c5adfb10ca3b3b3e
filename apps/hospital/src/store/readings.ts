import type { Sealing } from '../at-rest/sealing.ts';
import { BatchStatement, type Database } from './batch-statement.ts';
import type { Blob } from './schema.ts';

export interface NewReading {
  readonly stream: number;
  readonly sequence: number;
  readonly patient: number;
  readonly measured_at: number;
  readonly received_at: number;
  readonly payload: Blob;
}

/** The same with its payload sealed: only this can be stored, and it is never sealed anew. */
export interface SealedReading extends NewReading {
  readonly sealed: true;
}

export interface StoredReading extends NewReading {
  readonly number: number;
}

export interface StoredOrigin {
  readonly number: number;
  readonly stream: number;
  readonly sequence: number;
}

const columns = ['number', 'stream', 'sequence', 'patient', 'measured_at', 'received_at', 'payload'] as const;

/** The times are part of where it belongs: they stand open beside it, and must not be altered either. */
export function placeOfReading({ stream, sequence, measured_at, received_at }: Omit<NewReading, 'payload'>) {
  return ['readings', 'payload', stream, sequence, measured_at, received_at] as const;
}

export class ReadingRows {
  readonly #database: Database;
  readonly #sealing: Sealing;
  readonly #insert: BatchStatement<NewReading, StoredOrigin>;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
    const sample: NewReading = {
      stream: 0,
      sequence: 0,
      patient: 0,
      measured_at: 0,
      received_at: 0,
      payload: new Uint8Array(),
    };
    this.#insert = new BatchStatement(sample, (rows) =>
      database
        .insertInto('readings')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['stream', 'sequence']).doNothing())
        .returning(['number', 'stream', 'sequence']),
    );
  }

  /** Without a wait: the key of a patient on the ward is in memory. @throws HospitalError `data-key-missing` */
  sealed(row: NewReading): SealedReading {
    const { stream, sequence, patient, measured_at, received_at } = row;
    const payload = this.#sealing.seal(patient, placeOfReading(row), row.payload);
    return { stream, sequence, patient, measured_at, received_at, payload, sealed: true };
  }

  /** Stores what is new and returns its origins; a row whose origin is there already is left as it is. */
  insert(db: Database, rows: readonly SealedReading[]): Promise<StoredOrigin[]> {
    return this.#insert.execute(db, rows);
  }

  async has(db: Database, stream: number, sequence: number): Promise<boolean> {
    const row = await db
      .selectFrom('readings')
      .select('number')
      .where('stream', '=', stream)
      .where('sequence', '=', sequence)
      .executeTakeFirst();
    return row !== undefined;
  }

  async countOf(patient: number, db = this.#database): Promise<number> {
    const { count } = await db
      .selectFrom('readings')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('patient', '=', patient)
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** A patient's readings of a span of measurement time, oldest first. */
  async between(db: Database, patient: number, from: number, until: number, limit: number): Promise<StoredReading[]> {
    const rows = await db
      .selectFrom('readings')
      .select(columns)
      .where('patient', '=', patient)
      .where('measured_at', '>=', from)
      .where('measured_at', '<', until)
      .orderBy('measured_at')
      .limit(limit)
      .execute();
    return this.#opened(db, rows);
  }

  /** As `between`, but newest first: what a limit cuts off is the oldest. */
  async newestBetween(
    db: Database,
    patient: number,
    from: number,
    until: number,
    limit: number,
  ): Promise<StoredReading[]> {
    const rows = await db
      .selectFrom('readings')
      .select(columns)
      .where('patient', '=', patient)
      .where('measured_at', '>=', from)
      .where('measured_at', '<', until)
      .orderBy('measured_at', 'desc')
      .limit(limit)
      .execute();
    return this.#opened(db, rows);
  }

  /** A patient's last readings by measurement time, newest first. */
  async latest(db: Database, patient: number, limit: number): Promise<StoredReading[]> {
    const rows = await db
      .selectFrom('readings')
      .select(columns)
      .where('patient', '=', patient)
      .orderBy('measured_at', 'desc')
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
    return this.#opened(db, rows);
  }

  /** What was stored after `number`, in the order of storing: what triage replays at start. */
  async storedAfter(db: Database, number: number, limit: number): Promise<StoredReading[]> {
    const rows = await db
      .selectFrom('readings')
      .select(columns)
      .where('number', '>', number)
      .orderBy('number')
      .limit(limit)
      .execute();
    return this.#opened(db, rows);
  }

  /** A payload that does not open is empty. */
  async #opened(db: Database, rows: readonly StoredReading[]): Promise<StoredReading[]> {
    await this.#sealing.readyToOpen(
      db,
      rows.map(({ patient, payload }) => ({ owner: patient, sealed: payload })),
    );
    return rows.map((row) => ({
      ...row,
      payload: this.#sealing.openOrEmpty(row.patient, placeOfReading(row), row.payload),
    }));
  }
}
