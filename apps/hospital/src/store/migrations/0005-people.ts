/** People: passkeys, invitations, sessions, care teams, emergency access. */
import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './columns.ts';

export function people({ bytes }: ColumnTypes): Migration {
  async function up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('people').addColumn('removed_at', 'bigint').execute();

    await db.schema
      .createTable('passkeys')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person', 'text', (c) => c.notNull().references('people.identity'))
      .addColumn('public_key', bytes, (c) => c.notNull())
      .addColumn('counter', 'bigint', (c) => c.notNull())
      .addColumn('transports', 'text', (c) => c.notNull())
      .addColumn('label', bytes, (c) => c.notNull())
      .addColumn('registered_at', 'bigint', (c) => c.notNull())
      .addColumn('used_at', 'bigint')
      .addColumn('removed_at', 'bigint')
      .execute();
    await db.schema.createIndex('passkeys_person').on('passkeys').column('person').execute();

    await db.schema
      .createTable('invitations')
      .addColumn('token_hash', 'text', (c) => c.primaryKey())
      .addColumn('person', 'text', (c) => c.notNull().references('people.identity'))
      .addColumn('invited_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('used_at', 'bigint')
      .addColumn('withdrawn_at', 'bigint')
      .execute();
    await db.schema.createIndex('invitations_person').on('invitations').column('person').execute();

    await db.schema
      .createTable('sessions')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person', 'text', (c) => c.notNull().references('people.identity'))
      .addColumn('serial', 'text', (c) => c.notNull())
      .addColumn('method', 'text', (c) => c.notNull())
      .addColumn('passkey', 'text')
      .addColumn('certificate', bytes, (c) => c.notNull())
      .addColumn('certified_until', 'bigint', (c) => c.notNull())
      .addColumn('opened_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('active_at', 'bigint', (c) => c.notNull())
      .addColumn('verified_at', 'bigint', (c) => c.notNull())
      .addColumn('locked_at', 'bigint')
      .addColumn('ended_at', 'bigint')
      .addColumn('ending', 'text')
      .addColumn('revocation', 'text')
      .execute();
    await db.schema.createIndex('sessions_person').on('sessions').columns(['person', 'ended_at']).execute();
    await db.schema.createIndex('sessions_serial').on('sessions').column('serial').execute();

    await db.schema
      .createTable('care_teams')
      .addColumn('patient', 'bigint', (c) => c.notNull().references('patients.number'))
      .addColumn('person', 'text', (c) => c.notNull().references('people.identity'))
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('care_teams_key', ['patient', 'person'])
      .execute();

    await db.schema
      .createTable('emergency_accesses')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('person', 'text', (c) => c.notNull().references('people.identity'))
      .addColumn('patient', 'bigint', (c) => c.notNull().references('patients.number'))
      .addColumn('reason', bytes, (c) => c.notNull())
      .addColumn('since', 'bigint', (c) => c.notNull())
      .addColumn('until', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('emergency_accesses_since').on('emergency_accesses').column('since').execute();
  }
  return { up };
}
