/** The audit log: its entries, how far it has come, and its signed checkpoints. */
import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './columns.ts';

export function audit({ bytes }: ColumnTypes): Migration {
  async function up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('audit_entries')
      .addColumn('number', 'bigint', (c) => c.primaryKey())
      .addColumn('leaf', bytes, (c) => c.notNull())
      .addColumn('entry', 'text', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('audit_head')
      .addColumn('id', 'integer', (c) => c.primaryKey())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('last', 'text', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('audit_checkpoints')
      .addColumn('size', 'bigint', (c) => c.primaryKey())
      .addColumn('range', bytes, (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('signed_at', 'bigint', (c) => c.notNull())
      .execute();
  }
  return { up };
}
