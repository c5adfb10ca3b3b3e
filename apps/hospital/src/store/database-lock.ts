/**
 * The database's word that one hospital alone serves from it: an advisory lock, which lives as long as its connection.
 * A database that restarts lets go of it, so it is asked for again until it is held, or until another holds it.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** Any number, the same in every release. */
const advisoryKey = 0x7669_7461;

type Answer = 'held' | 'held-by-another' | 'held-by-our-own-lost-connection';

export class DatabaseLock {
  readonly #url: string;
  readonly #againAfterMs: number;
  /** By which the database knows our connections from another hospital's. */
  readonly #name = `vitalseal-${randomUUID()}`;
  readonly #lost = Promise.withResolvers<void>();
  #client: pg.Client | undefined;
  #again: NodeJS.Timeout | undefined;
  #released = false;

  private constructor(url: string, againAfterMs: number) {
    this.#url = url;
    this.#againAfterMs = againAfterMs;
  }

  /** @returns undefined when another holds it */
  static async take(url: string, againAfterMs = 500): Promise<DatabaseLock | undefined> {
    const lock = new DatabaseLock(url, againAfterMs);
    return (await lock.#ask()) === 'held' ? lock : undefined;
  }

  /** Resolves when another hospital has taken it while the database or the way to it was down. */
  get lost(): Promise<void> {
    return this.#lost.promise;
  }

  async release(): Promise<void> {
    this.#released = true;
    clearTimeout(this.#again);
    await this.#client?.end();
  }

  async #ask(): Promise<Answer> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: this.#name,
    });
    // A connection that breaks says so twice; the end of it is what counts.
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1) as locked', [
      advisoryKey,
    ]);
    if (rows[0]?.locked === true) {
      client.on('end', () => this.#askAgain());
      this.#client = client;
      return 'held';
    }
    const holder = await client.query<{ name: string }>(
      `select application_name as name from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and objid = $1 and granted
         and database = (select oid from pg_database where datname = current_database())`,
      [advisoryKey],
    );
    await client.end();
    return holder.rows.some(({ name }) => name !== this.#name) ? 'held-by-another' : 'held-by-our-own-lost-connection';
  }

  #askAgain(): void {
    if (this.#released) return;
    this.#again = setTimeout(() => {
      this.#ask().then(
        (answer) => {
          if (answer === 'held-by-another') this.#lost.resolve();
          else if (answer !== 'held') this.#askAgain();
          else if (this.#released) void this.#client?.end();
        },
        () => this.#askAgain(),
      );
    }, this.#againAfterMs);
  }
}
