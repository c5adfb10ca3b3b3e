import type { Insertable } from 'kysely';
import { hospitalOwner } from '../at-rest/sealed-value.ts';
import type { Sealing } from '../at-rest/sealing.ts';
import type { Database } from './batch-statement.ts';
import { inTransaction } from './in-transaction.ts';
import type { Blob, CardTable } from './schema.ts';

export interface CardRow extends Omit<CardTable, 'number' | 'particulars'> {
  readonly number: number;
  readonly particulars: string;
}
export type NewCard = Omit<CardRow, 'number'>;
export type CardChange = Partial<Omit<CardRow, 'number' | 'administration_id'>>;

type StoredCard = Omit<CardTable, 'number'> & { readonly number: number };
type CardColumn = 'psk' | 'next_psk' | 'particulars' | 'status' | 'request';

export const placeInCard = (column: CardColumn, administrationId: string) =>
  ['cards', column, administrationId] as const;

export class CardRows {
  readonly #database: Database;
  readonly #sealing: Sealing;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
  }

  async add(row: NewCard, db = this.#database): Promise<void> {
    const particulars = this.#seal('particulars', row.administration_id, Buffer.from(row.particulars));
    const values: Insertable<CardTable> = { ...row, ...this.#sealed(row.administration_id, row), particulars };
    await db.insertInto('cards').values(values).execute();
  }

  async change(number: number, change: CardChange, db = this.#database): Promise<void> {
    await inTransaction(db, async (tx) => {
      const card = await tx
        .selectFrom('cards')
        .select('administration_id')
        .where('number', '=', number)
        .executeTakeFirst();
      if (card === undefined) return;
      const { particulars: _, ...plain } = change;
      const set = { ...plain, ...this.#sealed(card.administration_id, change) };
      await tx.updateTable('cards').set(set).where('number', '=', number).execute();
    });
  }

  async find(administrationId: string, db = this.#database): Promise<CardRow | undefined> {
    const row = await db
      .selectFrom('cards')
      .selectAll()
      .where('administration_id', '=', administrationId)
      .executeTakeFirst();
    return row === undefined ? undefined : this.#opened(row);
  }

  async ofPatient(patient: string, db = this.#database): Promise<CardRow[]> {
    const rows = await db.selectFrom('cards').selectAll().where('patient', '=', patient).orderBy('number').execute();
    return rows.map((row) => this.#opened(row));
  }

  async all(db = this.#database): Promise<CardRow[]> {
    const rows = await db.selectFrom('cards').selectAll().orderBy('number').execute();
    return rows.map((row) => this.#opened(row));
  }

  /** Cards whose certificate is to be revoked, and has not been. */
  async toRevoke(db = this.#database): Promise<CardRow[]> {
    const rows = await db.selectFrom('cards').selectAll().where('revocation', '=', 'due').orderBy('number').execute();
    return rows.map((row) => this.#opened(row));
  }

  /** Of the columns that are given, those that are sealed. */
  #sealed(administrationId: string, row: Partial<NewCard>): Pick<Partial<StoredCard>, CardColumn> {
    const seal = (column: CardColumn, value: Uint8Array) => this.#seal(column, administrationId, value);
    const orNull = (column: CardColumn, value: Blob | null) => (value === null ? null : seal(column, value));
    return {
      ...(row.psk === undefined ? {} : { psk: seal('psk', row.psk) }),
      ...(row.next_psk === undefined ? {} : { next_psk: orNull('next_psk', row.next_psk) }),
      ...(row.particulars === undefined ? {} : { particulars: seal('particulars', Buffer.from(row.particulars)) }),
      ...(row.status === undefined ? {} : { status: orNull('status', row.status) }),
      ...(row.request === undefined ? {} : { request: orNull('request', row.request) }),
    };
  }

  #seal(column: CardColumn, administrationId: string, value: Uint8Array): Blob {
    return this.#sealing.seal(hospitalOwner, placeInCard(column, administrationId), value);
  }

  /** What does not open is empty. */
  #opened(row: StoredCard): CardRow {
    const open = (column: CardColumn, sealed: Blob) =>
      this.#sealing.openOrEmpty(hospitalOwner, placeInCard(column, row.administration_id), sealed);
    const orNull = (column: CardColumn, sealed: Blob | null) => (sealed === null ? null : open(column, sealed));
    return {
      ...row,
      psk: open('psk', row.psk),
      next_psk: orNull('next_psk', row.next_psk),
      particulars: Buffer.from(open('particulars', row.particulars)).toString(),
      status: orNull('status', row.status),
      request: orNull('request', row.request),
    };
  }
}
