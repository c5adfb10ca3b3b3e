import type { Database } from './batch-statement.ts';
import type { InvitationTable } from './people-schema.ts';

export type InvitationRow = InvitationTable;

export class InvitationRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(row: InvitationRow, db = this.#database): Promise<void> {
    await db.insertInto('invitations').values(row).execute();
  }

  find(tokenHash: string, db = this.#database): Promise<InvitationRow | undefined> {
    return db.selectFrom('invitations').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
  }

  /** True for exactly one of those who use it. */
  async use(tokenHash: string, at: number, db = this.#database): Promise<boolean> {
    const rows = await db
      .updateTable('invitations')
      .set({ used_at: at })
      .where('token_hash', '=', tokenHash)
      .where('used_at', 'is', null)
      .where('withdrawn_at', 'is', null)
      .where('expires_at', '>', at)
      .returning('token_hash')
      .execute();
    return rows.length > 0;
  }

  /** Those of this person that are open. @returns how many there were */
  async withdraw(person: string, at: number, db = this.#database): Promise<number> {
    const rows = await db
      .updateTable('invitations')
      .set({ withdrawn_at: at })
      .where('person', '=', person)
      .where('used_at', 'is', null)
      .where('withdrawn_at', 'is', null)
      .where('expires_at', '>', at)
      .returning('token_hash')
      .execute();
    return rows.length;
  }

  open(at: number, db = this.#database): Promise<InvitationRow[]> {
    return db
      .selectFrom('invitations')
      .selectAll()
      .where('used_at', 'is', null)
      .where('withdrawn_at', 'is', null)
      .where('expires_at', '>', at)
      .execute();
  }

  async lastInvitedAt(person: string, db = this.#database): Promise<number | undefined> {
    const row = await db
      .selectFrom('invitations')
      .select('invited_at')
      .where('person', '=', person)
      .orderBy('invited_at', 'desc')
      .executeTakeFirst();
    return row?.invited_at;
  }
}
