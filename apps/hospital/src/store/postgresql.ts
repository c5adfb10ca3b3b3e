/**
 * The hospital's own PostgreSQL, through `pg`. Each distinct statement is prepared once on each connection
 * (by name), since the same few dozen statements run thousands of times a second.
 */
import {
  type Dialect,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import pg from 'pg';

/** Type identifier of int8 in PostgreSQL's catalogue. Every bigint here is a time or a counter under 2^53. */
const int8 = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

class StatementNames {
  readonly #names = new Map<string, string>();

  nameOf(sql: string): string {
    let name = this.#names.get(sql);
    if (name === undefined) {
      name = `vitalseal_${this.#names.size}`;
      this.#names.set(sql, name);
    }
    return name;
  }
}

export interface PostgresqlSettings {
  readonly url: string;
  /** A statement that takes longer counts as a stopped database: nothing is acknowledged. */
  readonly statementTimeoutMs?: number;
  /** An idle connection broke; the pool replaces it. */
  readonly onIdleError?: (error: Error) => void;
}

export function postgresqlDialect({ url, statementTimeoutMs = 15_000, onIdleError }: PostgresqlSettings): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 5_000,
    query_timeout: statementTimeoutMs,
    keepAlive: true,
    types,
  });
  // Without a listener a connection that breaks while idle would end the process.
  pool.on('error', (error) => onIdleError?.(error));
  return new PostgresDialect({ pool: preparedPool(pool) });
}

function preparedPool(pool: pg.Pool): PostgresPool {
  const names = new StatementNames();
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    async connect() {
      const client = await pool.connect();
      let prepared = clients.get(client);
      if (prepared === undefined) {
        prepared = new PreparedClient(client, names);
        clients.set(client, prepared);
      }
      return prepared;
    },
    end: () => pool.end(),
  };
}

class PreparedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames;
  #broken = false;

  constructor(client: pg.PoolClient, names: StatementNames) {
    this.#client = client;
    this.#names = names;
    // A connection that breaks during a statement fails that statement; without a listener it would end the process too.
    client.on('error', () => {
      this.#broken = true;
    });
  }

  query<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    statement: string | PostgresCursor<R>,
    parameters: ReadonlyArray<unknown> = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof statement !== 'string') throw new TypeError('expected a statement: cursors are not used here');
    return this.#run<R>(statement, parameters);
  }

  release(): void {
    this.#client.release(this.#broken);
  }

  async #run<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>> {
    const statement =
      parameters.length > 0 ? { name: this.#names.nameOf(sql), text: sql, values: [...parameters] } : { text: sql };
    try {
      const { command, rowCount, rows } = await this.#client.query(statement);
      return { command: command as PostgresQueryResult<R>['command'], rowCount: rowCount ?? 0, rows: rows as R[] };
    } catch (error) {
      // Only an answer of the server leaves the connection in a known state: after a timeout it may still be at work.
      if (!(error instanceof pg.DatabaseError)) this.#broken = true;
      throw error;
    }
  }
}
