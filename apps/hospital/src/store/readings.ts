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

export interface StoredReading {
  readonly number: number;
  readonly patient: number;
  readonly measured_at: number;
  readonly received_at: number;
  readonly payload: Blob;
}

export interface StoredOrigin {
  readonly number: number;
  readonly stream: number;
  readonly sequence: number;
}

const columns = ['number', 'patient', 'measured_at', 'received_at', 'payload'] as const;

export class ReadingRows {
  readonly #insert: BatchStatement<NewReading, StoredOrigin>;

  constructor(database: Database) {
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

  /** Stores what is new and returns its origins; a row whose origin is there already is left as it is. */
  insert(db: Database, rows: readonly NewReading[]): Promise<StoredOrigin[]> {
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

  /** A patient's readings of a span of measurement time, oldest first. */
  between(db: Database, patient: number, from: number, until: number, limit: number): Promise<StoredReading[]> {
    return db
      .selectFrom('readings')
      .select(columns)
      .where('patient', '=', patient)
      .where('measured_at', '>=', from)
      .where('measured_at', '<', until)
      .orderBy('measured_at')
      .limit(limit)
      .execute();
  }

  /** As `between`, but newest first: what a limit cuts off is the oldest. */
  newestBetween(db: Database, patient: number, from: number, until: number, limit: number): Promise<StoredReading[]> {
    return db
      .selectFrom('readings')
      .select(columns)
      .where('patient', '=', patient)
      .where('measured_at', '>=', from)
      .where('measured_at', '<', until)
      .orderBy('measured_at', 'desc')
      .limit(limit)
      .execute();
  }

  /** A patient's last readings by measurement time, newest first. */
  latest(db: Database, patient: number, limit: number): Promise<StoredReading[]> {
    return db
      .selectFrom('readings')
      .select(columns)
      .where('patient', '=', patient)
      .orderBy('measured_at', 'desc')
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
  }

  /** What was stored after `number`, in the order of storing: what triage replays at start. */
  storedAfter(db: Database, number: number, limit: number): Promise<StoredReading[]> {
    return db
      .selectFrom('readings')
      .select(columns)
      .where('number', '>', number)
      .orderBy('number')
      .limit(limit)
      .execute();
  }
}
