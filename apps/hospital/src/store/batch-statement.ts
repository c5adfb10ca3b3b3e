/**
 * A multi-row statement that is compiled once for each number of rows. Kysely builds and prints a query in tens of
 * microseconds a row, more than the database takes to run it, and each further statement is a round trip to PostgreSQL:
 * up to 128 rows go as one statement of just that size, kept for the next time.
 */
import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { HospitalSchema } from './schema.ts';

const largestBatch = 128;

/**
 * In front of a statement whose answer nobody waits for: in a transaction, a database at the end of a network is sent it
 * together with the statement that follows. If it fails so does that one, at the latest the commit.
 */
export const withTheNext = '/* with the next */ ';

export type Database = Kysely<HospitalSchema>;

export class BatchStatement<Row extends object, Result> {
  readonly #sample: Row;
  readonly #columns: readonly (keyof Row & string)[];
  readonly #build: (rows: Row[]) => Compilable<Result>;
  readonly #mark: string;
  readonly #compiled = new Map<number, CompiledQuery<Result>>();

  /**
   * `sample` fixes the columns and their order. `build` must insert its rows and bind no other parameter.
   * @param mark `withTheNext`, of a statement without an answer
   */
  constructor(sample: Row, build: (rows: Row[]) => Compilable<Result>, mark = '') {
    this.#sample = sample;
    this.#columns = Object.keys(sample) as (keyof Row & string)[];
    this.#build = build;
    this.#mark = mark;
  }

  async execute(database: Database, rows: readonly Row[]): Promise<Result[]> {
    const results: Result[] = [];
    let from = 0;
    while (from < rows.length) {
      const size = Math.min(largestBatch, rows.length - from);
      const parameters: unknown[] = [];
      for (let index = from; index < from + size; index++) {
        const row = rows[index];
        if (row === undefined) break;
        for (const column of this.#columns) parameters.push(row[column]);
      }
      const statement: CompiledQuery<Result> = { ...this.#compiledFor(size), parameters };
      const { rows: returned } = await database.executeQuery(statement);
      for (const row of returned) results.push(row);
      from += size;
    }
    return results;
  }

  #compiledFor(size: number): CompiledQuery<Result> {
    let compiled = this.#compiled.get(size);
    if (compiled === undefined) {
      const built = this.#build(new Array<Row>(size).fill(this.#sample)).compile();
      compiled = { ...built, sql: this.#mark + built.sql };
      this.#compiled.set(size, compiled);
    }
    return compiled;
  }
}
