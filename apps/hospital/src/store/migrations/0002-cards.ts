/** Patients' cards (UICC), and what is to be said to each of them: GlobalPlatform's remote administration. */
import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './columns.ts';

export function cards({ bytes, number, counting }: ColumnTypes): Migration {
  async function up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('cards')
      .addColumn('number', number, counting)
      .addColumn('administration_id', 'text', (c) => c.notNull().unique())
      .addColumn('patient', 'text', (c) => c.notNull())
      .addColumn('stage', 'text', (c) => c.notNull())
      .addColumn('key_version', 'integer', (c) => c.notNull())
      .addColumn('psk', bytes, (c) => c.notNull())
      .addColumn('next_key_version', 'integer')
      .addColumn('next_psk', bytes)
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('particulars', 'text', (c) => c.notNull())
      .addColumn('status', bytes)
      .addColumn('request', bytes)
      .addColumn('chain', 'text')
      .addColumn('list_number', 'bigint')
      .addColumn('receipt', bytes)
      .addColumn('revocation', 'text')
      .addColumn('problem', 'text')
      .addColumn('invited_at', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint')
      .execute();
    await db.schema.createIndex('cards_patient').on('cards').column('patient').execute();

    await db.schema
      .createTable('card_scripts')
      .addColumn('number', number, counting)
      .addColumn('card', 'bigint', (c) => c.notNull().references('cards.number'))
      .addColumn('purpose', 'text', (c) => c.notNull())
      .addColumn('application', bytes, (c) => c.notNull())
      .addColumn('commands', bytes)
      .addColumn('urgent', 'integer', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('postponements', 'integer', (c) => c.notNull())
      .addColumn('sendings', 'integer', (c) => c.notNull())
      .addColumn('queued_at', 'bigint', (c) => c.notNull())
      .addColumn('sent_at', 'bigint')
      .addColumn('finished_at', 'bigint')
      .addColumn('responses', bytes)
      .addColumn('failure', 'text')
      .execute();
    await db.schema.createIndex('card_scripts_card').on('card_scripts').columns(['card', 'state']).execute();
  }
  return { up };
}
