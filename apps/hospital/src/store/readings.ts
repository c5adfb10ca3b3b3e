import { ReadingOpener } from '../at-rest/reading-opener.ts';
import type { Sealing } from '../at-rest/sealing.ts';
import { BatchStatement, type Database } from './batch-statement.ts';
import type { ReadingKeyRows } from './reading-keys.ts';
import type { Blob } from './schema.ts';

export interface NewReading {
  readonly stream: number;
  readonly sequence: number;
  readonly patient: number;
  readonly measured_at: number;
  readonly received_at: number;
  /** The record, as it came. */
  readonly payload: Blob;
}

/** As it is read: with the payload that was sealed in the record, empty where the record does not open. */
export interface StoredReading extends NewReading {
  readonly number: number;
}

export interface StoredOrigin {
  readonly number: number;
  readonly stream: number;
  readonly sequence: number;
}

const columns = ['number', 'stream', 'sequence', 'patient', 'measured_at', 'received_at', 'payload'] as const;

export interface WhatOpens {
  readonly sealing: Sealing;
  readonly readingKeys: ReadingKeyRows;
}

export class ReadingRows {
  readonly #database: Database;
  readonly #whatOpens: WhatOpens;
  readonly #insert: BatchStatement<NewReading, StoredOrigin>;

  constructor(database: Database, whatOpens: WhatOpens) {
    this.#database = database;
    this.#whatOpens = whatOpens;
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

  /** One that does not open is told of and empty: it must not keep the others from being read. */
  async #opened(db: Database, rows: readonly StoredReading[]): Promise<StoredReading[]> {
    const opener = await ReadingOpener.of(db, this.#whatOpens, rows);
    const opened: StoredReading[] = [];
    for (const row of rows) opened.push({ ...row, payload: await opener.openOrEmpty(row) });
    return opened;
  }
}
