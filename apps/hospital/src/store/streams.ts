import { BatchStatement, type Database } from './batch-statement.ts';
import type { Blob } from './schema.ts';

export interface StreamOrigin {
  readonly patient: number;
  readonly source: string;
  readonly channel: Blob;
}

export interface Stream extends StreamOrigin {
  readonly number: number;
}

export class StreamRows {
  readonly #insert: BatchStatement<StreamOrigin, { number: number }>;

  constructor(database: Database) {
    this.#insert = new BatchStatement({ patient: 0, source: '', channel: new Uint8Array() }, (rows) =>
      database
        .insertInto('streams')
        .values(rows)
        .onConflict((conflict) => conflict.columns(['patient', 'source', 'channel']).doNothing())
        .returning('number'),
    );
  }

  /** The number of this origin's stream, given to it on first sight: then `onOpened` is told. */
  async numberOf(db: Database, origin: StreamOrigin, onOpened?: (number: number) => void): Promise<number> {
    const known = await this.find(db, origin);
    if (known !== undefined) return known;
    const [inserted] = await this.#insert.execute(db, [origin]);
    if (inserted !== undefined) {
      onOpened?.(inserted.number);
      return inserted.number;
    }
    const other = await this.find(db, origin);
    if (other === undefined) throw new Error('expected a stream that is in conflict to be there');
    return other;
  }

  async find(db: Database, { patient, source, channel }: StreamOrigin): Promise<number | undefined> {
    const row = await db
      .selectFrom('streams')
      .select('number')
      .where('patient', '=', patient)
      .where('source', '=', source)
      .where('channel', '=', channel)
      .executeTakeFirst();
    return row?.number;
  }
}
