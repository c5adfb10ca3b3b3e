/**
 * The hospital's own PostgreSQL, through `pg`. Each distinct statement is prepared once on each connection
 * (by name), since the same few dozen statements run thousands of times a second. A round trip is half of what a small
 * commit takes: `begin`, and every statement that is marked `withTheNext`, go together with what follows them.
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
import { withTheNext } from './batch-statement.ts';

/** Type identifier of int8 in PostgreSQL's catalogue. Every bigint here is a time or a counter under 2^53. */
const int8 = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary'
      ? Number
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

const begin = 'begin';
/** Takes as long as the tables are large, and is waited for at a start alone. */
const unhurried = 'vacuum';
const unhurriedMs = 2 ** 31 - 1;
/**
 * What was answered must be on the disk, whatever the database, the role or the cluster are set to. Anything stricter than
 * `on` stays.
 */
const commitToDisk =
  "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";
const noAnswer: PostgresQueryResult<never> = { command: 'SELECT', rowCount: 0, rows: [] };

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
    pipeline: true,
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
        try {
          await client.query(commitToDisk);
        } catch (error) {
          client.release(true);
          throw error;
        }
        prepared = new PreparedClient(client, names);
        clients.set(client, prepared);
      }
      return prepared;
    },
    end: () => pool.end(),
  };
}

interface Statement extends pg.QueryConfig {
  /** Instead of the connection's. */
  readonly query_timeout?: number;
}

class PreparedClient implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #names: StatementNames;
  /** Not sent yet. */
  #held: Statement[] = [];
  #isInTransaction = false;
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
    this.#held = [];
    this.#isInTransaction = false;
    this.#client.release(this.#broken);
  }

  async #run<R>(sql: string, parameters: ReadonlyArray<unknown>): Promise<PostgresQueryResult<R>> {
    const statement: Statement =
      parameters.length > 0
        ? { name: this.#names.nameOf(sql), text: sql, values: parameters as unknown[] }
        : sql.startsWith(unhurried)
          ? { text: sql, query_timeout: unhurriedMs }
          : { text: sql };
    if (sql === begin || (this.#isInTransaction && sql.startsWith(withTheNext))) {
      this.#isInTransaction = true;
      this.#held.push(statement);
      return noAnswer;
    }
    if (sql === 'commit' || sql === 'rollback') this.#isInTransaction = false;
    const before = this.#held;
    this.#held = [];
    const isUnbegun = before[0]?.text === begin;
    if (sql === 'rollback') {
      if (isUnbegun) return noAnswer;
      before.length = 0;
    }
    try {
      const sent = before.map((held) => this.#client.query(held));
      sent.push(this.#client.query(statement));
      const { command, rowCount, rows } = await lastOf(sent);
      // PostgreSQL's answer to the commit of a transaction in which something has failed.
      if (sql === 'commit' && command === 'ROLLBACK') throw new Error('expected a transaction in which nothing failed');
      return { command: command as PostgresQueryResult<R>['command'], rowCount: rowCount ?? 0, rows: rows as R[] };
    } catch (error) {
      // Only an answer of the server leaves the connection in a known state: after a timeout it may still be at work.
      if (!(error instanceof pg.DatabaseError)) this.#broken = true;
      throw error;
    }
  }
}

/** The last answer, or the first failure once all have come to their end: those behind it failed because of it. */
async function lastOf(sent: readonly Promise<pg.QueryResult>[]): Promise<pg.QueryResult> {
  let last: pg.QueryResult | undefined;
  for (const outcome of await Promise.allSettled(sent)) {
    if (outcome.status === 'rejected') throw outcome.reason;
    last = outcome.value;
  }
  if (last === undefined) throw new Error('expected a statement');
  return last;
}
