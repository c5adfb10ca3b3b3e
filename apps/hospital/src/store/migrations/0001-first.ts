/** The first shape of the store. A migration that was released is never edited: the next change is the next file. */
import { type Kysely, type Migration, sql } from 'kysely';
import type { ColumnTypes } from './columns.ts';

/** Counters are 40 bits on the wire (design, section 3); times are within what a JavaScript date can hold. */
const counterLimit = 2 ** 40;
const timeLimit = 8_640_000_000_000_000;
const payloadLimit = 65_536;

export function first({ bytes, number, counting }: ColumnTypes): Migration {
  async function up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('patients')
      .addColumn('number', number, counting)
      .addColumn('identity', 'text', (c) => c.notNull().unique())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('bed', 'text', (c) => c.notNull())
      .addColumn('policy', 'text')
      .addColumn('admitted_at', 'bigint', (c) => c.notNull())
      .addColumn('discharged_at', 'bigint')
      .execute();

    await db.schema
      .createTable('streams')
      .addColumn('number', number, counting)
      .addColumn('patient', 'bigint', (c) => c.notNull().references('patients.number'))
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('channel', bytes, (c) => c.notNull())
      .addUniqueConstraint('streams_origin', ['patient', 'source', 'channel'])
      .execute();

    await db.schema
      .createTable('readings')
      .addColumn('number', number, counting)
      .addColumn('stream', 'bigint', (c) => c.notNull())
      .addColumn('sequence', 'bigint', (c) => c.notNull())
      .addColumn('patient', 'bigint', (c) => c.notNull())
      .addColumn('measured_at', 'bigint', (c) => c.notNull())
      .addColumn('received_at', 'bigint', (c) => c.notNull())
      .addColumn('payload', bytes, (c) => c.notNull())
      .addUniqueConstraint('readings_origin', ['stream', 'sequence'])
      .addCheckConstraint('readings_sequence', sql`sequence >= 0 and sequence < ${sql.lit(counterLimit)}`)
      .addCheckConstraint(
        'readings_measured_at',
        sql`measured_at >= ${sql.lit(-timeLimit)} and measured_at <= ${sql.lit(timeLimit)}`,
      )
      .addCheckConstraint('readings_payload', sql`length(payload) <= ${sql.lit(payloadLimit)}`)
      .execute();
    await db.schema.createIndex('readings_patient_time').on('readings').columns(['patient', 'measured_at']).execute();

    await db.schema
      .createTable('channels')
      .addColumn('id', bytes, (c) => c.primaryKey())
      .addColumn('step', 'integer', (c) => c.notNull())
      .addColumn('peer', 'text', (c) => c.notNull())
      .addColumn('certificate_serials', 'text', (c) => c.notNull())
      .addColumn('secrets', bytes, (c) => c.notNull())
      .addColumn('opened_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .addColumn('send_reserved', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('channels_peer').on('channels').columns(['peer', 'opened_at']).execute();

    await db.schema
      .createTable('replay_windows')
      .addColumn('channel', bytes, (c) => c.primaryKey())
      .addColumn('window', bytes, (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('triage')
      .addColumn('patient', 'bigint', (c) => c.primaryKey())
      .addColumn('through', 'bigint', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('alarms')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('patient', 'bigint', (c) => c.notNull().references('patients.number'))
      .addColumn('rule', 'text', (c) => c.notNull())
      .addColumn('priority', 'text', (c) => c.notNull())
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('raised_at', 'bigint', (c) => c.notNull())
      .addColumn('due_at', 'bigint')
      .addColumn('closed_at', 'bigint')
      .addColumn('life', 'text', (c) => c.notNull())
      .addColumn('notice', bytes, (c) => c.notNull())
      .addColumn('notice_number', 'bigint', (c) => c.notNull().unique())
      .execute();
    await db.schema
      .createIndex('alarms_open')
      .on('alarms')
      .column('patient')
      .where(sql.ref('closed_at'), 'is', null)
      .execute();

    await db.schema
      .createTable('alarm_events')
      .addColumn('number', number, counting)
      .addColumn('alarm', 'text', (c) => c.notNull().references('alarms.id'))
      .addColumn('event', 'text', (c) => c.notNull())
      .addColumn('by', 'text')
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute();
    await db.schema.createIndex('alarm_events_alarm').on('alarm_events').column('alarm').execute();

    await db.schema
      .createTable('deliveries')
      .addColumn('alarm', 'text', (c) => c.notNull().references('alarms.id'))
      .addColumn('recipient', 'text', (c) => c.notNull())
      .addColumn('due_at', 'bigint', (c) => c.notNull())
      .addColumn('sent_at', 'bigint')
      .addColumn('received_at', 'bigint')
      .addColumn('opened_at', 'bigint')
      .addPrimaryKeyConstraint('deliveries_key', ['alarm', 'recipient'])
      .execute();
    await db.schema
      .createIndex('deliveries_pending')
      .on('deliveries')
      .column('recipient')
      .where(sql.ref('received_at'), 'is', null)
      .execute();

    await db.schema
      .createTable('dispatches')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('alarm', 'text', (c) => c.notNull().unique().references('alarms.id'))
      .addColumn('patient', 'bigint', (c) => c.notNull().references('patients.number'))
      .addColumn('state', 'text', (c) => c.notNull())
      .addColumn('crew', 'text')
      .addColumn('called_at', 'bigint', (c) => c.notNull())
      .addColumn('changed_at', 'bigint', (c) => c.notNull())
      .addColumn('closed_at', 'bigint')
      .execute();

    await db.schema
      .createTable('people')
      .addColumn('identity', 'text', (c) => c.primaryKey())
      .addColumn('role', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('tier', 'integer', (c) => c.notNull())
      .addColumn('on_call', 'integer', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('tallies')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('count', 'bigint', (c) => c.notNull())
      .execute();

    await db.schema
      .createTable('settings')
      .addColumn('name', 'text', (c) => c.primaryKey())
      .addColumn('value', 'text', (c) => c.notNull())
      .execute();
  }
  return { up };
}
