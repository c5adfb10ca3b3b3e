/**
 * From here on a reading lies in the store as the record that the element sealed, and the key of its channel beside it, under
 * the patient's data key. What is stored already stays as the former release sealed it: the audit log has digests of it.
 */
import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './columns.ts';

export function readingKeys({ bytes }: ColumnTypes): Migration {
  async function up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('reading_keys')
      .addColumn('patient', 'bigint', (c) => c.notNull().references('patients.number'))
      .addColumn('channel', bytes, (c) => c.notNull())
      .addColumn('through', 'bigint', (c) => c.notNull())
      .addColumn('secrets', bytes, (c) => c.notNull())
      .addPrimaryKeyConstraint('reading_keys_key', ['patient', 'channel'])
      .execute();
  }
  return { up };
}
