import type { Selectable, Updateable } from 'kysely';
import { hospitalOwner } from '../at-rest/sealed-value.ts';
import type { Sealing } from '../at-rest/sealing.ts';
import type { Database } from './batch-statement.ts';
import { inTransaction } from './in-transaction.ts';
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

type ScriptColumn = 'commands' | 'responses';

export const placeInScript = (column: ScriptColumn, number: number) => ['card_scripts', column, number] as const;

export class CardScriptRows {
  readonly #database: Database;
  readonly #sealing: Sealing;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
  }

  async queue(script: NewScript, db = this.#database): Promise<number> {
    const fresh = { sent_at: null, finished_at: null, responses: null, failure: null };
    return inTransaction(db, async (tx) => {
      // Its number is part of where the commands belong, and is known only now.
      const { number } = await tx
        .insertInto('card_scripts')
        .values({ ...script, ...fresh, commands: null, state: 'queued', postponements: 0, sendings: 0 })
        .returning('number')
        .executeTakeFirstOrThrow();
      await this.change(number, { commands: script.commands }, tx);
      return number;
    });
  }

  /** A script of this card, by its number. */
  async find(card: number, number: number, db = this.#database): Promise<CardScriptRow | undefined> {
    const row = await db
      .selectFrom('card_scripts')
      .selectAll()
      .where('card', '=', card)
      .where('number', '=', number)
      .executeTakeFirst();
    return row === undefined ? undefined : this.#opened(row);
  }

  /** What waits for a card, and what it was sent and has not answered: oldest first. */
  async open(card: number, db = this.#database): Promise<CardScriptRow[]> {
    const rows = await db
      .selectFrom('card_scripts')
      .selectAll()
      .where('card', '=', card)
      .where('state', 'in', ['queued', 'sent'])
      .orderBy('number')
      .execute();
    return rows.map((row) => this.#opened(row));
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
    const { commands, responses } = change;
    const set = {
      ...change,
      ...(commands instanceof Uint8Array ? { commands: this.#seal('commands', number, commands) } : {}),
      ...(responses instanceof Uint8Array ? { responses: this.#seal('responses', number, responses) } : {}),
    };
    await db.updateTable('card_scripts').set(set).where('number', '=', number).execute();
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
  async ofCard(card: number, limit: number, db = this.#database): Promise<CardScriptRow[]> {
    const rows = await db
      .selectFrom('card_scripts')
      .selectAll()
      .where('card', '=', card)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => this.#opened(row));
  }

  #seal(column: ScriptColumn, number: number, value: Blob): Blob {
    return this.#sealing.seal(hospitalOwner, placeInScript(column, number), value);
  }

  /** What does not open is empty. */
  #opened(row: CardScriptRow): CardScriptRow {
    const open = (column: ScriptColumn, sealed: Blob | null) =>
      sealed === null ? null : this.#sealing.openOrEmpty(hospitalOwner, placeInScript(column, row.number), sealed);
    return { ...row, commands: open('commands', row.commands), responses: open('responses', row.responses) };
  }
}
