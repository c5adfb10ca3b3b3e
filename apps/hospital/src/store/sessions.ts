import type { Database } from './batch-statement.ts';
import type { SessionTable } from './people-schema.ts';

export type SessionRow = SessionTable;
export type SessionChange = Partial<Pick<SessionRow, 'active_at' | 'verified_at' | 'locked_at' | 'revocation'>>;

export interface Ending {
  readonly at: number;
  readonly ending: string;
  readonly revocation: string | null;
}

export class SessionRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async open(row: SessionRow, db = this.#database): Promise<void> {
    await db.insertInto('sessions').values(row).execute();
  }

  /** Open ones, and those that ended while their certificate would still be valid. */
  alive(at: number, db = this.#database): Promise<SessionRow[]> {
    return db
      .selectFrom('sessions')
      .selectAll()
      .where((where) => where.or([where('ended_at', 'is', null), where('certified_until', '>', at)]))
      .execute();
  }

  find(id: string, db = this.#database): Promise<SessionRow | undefined> {
    return db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** The newest under this certificate. */
  ofSerial(serial: string, db = this.#database): Promise<SessionRow | undefined> {
    return db
      .selectFrom('sessions')
      .selectAll()
      .where('serial', '=', serial)
      .orderBy('opened_at', 'desc')
      .executeTakeFirst();
  }

  openOf(person: string, db = this.#database): Promise<SessionRow[]> {
    return db.selectFrom('sessions').selectAll().where('person', '=', person).where('ended_at', 'is', null).execute();
  }

  async lastRevokedAt(person: string, db = this.#database): Promise<number | undefined> {
    const row = await db
      .selectFrom('sessions')
      .select('ended_at')
      .where('person', '=', person)
      .where('ending', 'in', ['revoked', 'removed'])
      .orderBy('ended_at', 'desc')
      .executeTakeFirst();
    return row?.ended_at ?? undefined;
  }

  async change(id: string, change: SessionChange, db = this.#database): Promise<void> {
    await db.updateTable('sessions').set(change).where('id', '=', id).execute();
  }

  /** False where it had ended already. */
  async end(id: string, { at, ending, revocation }: Ending, db = this.#database): Promise<boolean> {
    const rows = await db
      .updateTable('sessions')
      .set({ ended_at: at, ending, revocation })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .returning('id')
      .execute();
    return rows.length > 0;
  }

  /** Whose certificate is to be revoked, and still would be valid. */
  toRevoke(at: number, db = this.#database): Promise<SessionRow[]> {
    return db
      .selectFrom('sessions')
      .selectAll()
      .where('revocation', '=', 'due')
      .where('certified_until', '>', at)
      .execute();
  }
}
