import type { Selectable, Updateable } from 'kysely';
import type { Database } from './batch-statement.ts';
import type { Blob, CardScriptTable } from './schema.ts';

export type CardScriptRow = Selectable<CardScriptTable>;

export interface NewScript {
  readonly card: number;
  readonly purpose: string;
  readonly application: Blob;
  readonly commands: Blob;
  readonly urgent: number;
  readonly queued_at: number;
}

export class CardScriptRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async queue(script: NewScript, db = this.#database): Promise<number> {
    const fresh = { sent_at: null, finished_at: null, responses: null, failure: null };
    const { number } = await db
      .insertInto('card_scripts')
      .values({ ...script, ...fresh, state: 'queued', postponements: 0, sendings: 0 })
      .returning('number')
      .executeTakeFirstOrThrow();
    return number;
  }

  /** A script of this card, by its number. */
  find(card: number, number: number, db = this.#database): Promise<CardScriptRow | undefined> {
    return db
      .selectFrom('card_scripts')
      .selectAll()
      .where('card', '=', card)
      .where('number', '=', number)
      .executeTakeFirst();
  }

  /** What waits for a card, and what it was sent and has not answered: oldest first. */
  open(card: number, db = this.#database): Promise<CardScriptRow[]> {
    return db
      .selectFrom('card_scripts')
      .selectAll()
      .where('card', '=', card)
      .where('state', 'in', ['queued', 'sent'])
      .orderBy('number')
      .execute();
  }

  /** How often a card has failed at this. */
  async failures(card: number, purpose: string, db = this.#database): Promise<number> {
    const rows = await db
      .selectFrom('card_scripts')
      .select('number')
      .where('card', '=', card)
      .where('purpose', '=', purpose)
      .where('state', '=', 'failed')
      .execute();
    return rows.length;
  }

  async change(number: number, change: Updateable<CardScriptTable>, db = this.#database): Promise<void> {
    await db.updateTable('card_scripts').set(change).where('number', '=', number).execute();
  }

  /** Nothing that waits for this card is sent any more. */
  async abandon(card: number, failure: string, at: number, db = this.#database): Promise<void> {
    await db
      .updateTable('card_scripts')
      .set({ state: 'failed', failure, finished_at: at, commands: null })
      .where('card', '=', card)
      .where('state', 'in', ['queued', 'sent'])
      .execute();
  }

  /** What is done of a purpose that comes again and again leaves no row for ever. */
  async forgetDone(card: number, purpose: string, db = this.#database): Promise<void> {
    await db
      .deleteFrom('card_scripts')
      .where('card', '=', card)
      .where('purpose', '=', purpose)
      .where('state', '=', 'done')
      .execute();
  }

  /** Newest first. */
  ofCard(card: number, limit: number, db = this.#database): Promise<CardScriptRow[]> {
    return db
      .selectFrom('card_scripts')
      .selectAll()
      .where('card', '=', card)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
  }
}
