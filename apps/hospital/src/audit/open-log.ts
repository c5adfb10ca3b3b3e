/**
 * The log's first entry. A store that is older than its log says how many readings and whom it came with: of those the log knows
 * nothing else, and nobody can say later that more of them had been there.
 */
import { bytesToHex, randomBytes } from '@vitalseal/protocol';
import type { Database } from '../store/batch-statement.ts';
import { streamOpened, systemActor } from './acts.ts';
import type { AuditTrail } from './audit-trail.ts';

export async function openLog(
  database: Database,
  transaction: <Result>(work: (db: Database) => Promise<Result>) => Promise<Result>,
  audit: AuditTrail,
): Promise<void> {
  const head = await database.selectFrom('audit_head').select('size').where('id', '=', 1).executeTakeFirst();
  if (head !== undefined) return;
  await transaction(async (db) => {
    const row = { id: 1, size: 0, last: '' };
    const inserted = await db
      .insertInto('audit_head')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('size')
      .executeTakeFirst();
    // Another process was first.
    if (inserted === undefined) return;
    const { count, through } = await db
      .selectFrom('readings')
      .select((select) => [
        select.fn.countAll<number>().as('count'),
        select.fn.coalesce(select.fn.max('number'), select.lit(0)).as('through'),
      ])
      .executeTakeFirstOrThrow();
    const staff = await db.selectFrom('people').select('identity').orderBy('identity').execute();
    const people = staff.map(({ identity }) => identity);
    const what = { log: bytesToHex(randomBytes(8)), readings: Number(count), through: Number(through), people };
    audit.append(db, { kind: 'log-opened', actor: systemActor, what });
    const streams = await db
      .selectFrom('streams')
      .innerJoin('patients', 'patients.number', 'streams.patient')
      .select(['streams.number', 'streams.source', 'streams.channel', 'patients.identity'])
      .orderBy('streams.number')
      .execute();
    for (const { number, source, channel, identity } of streams) {
      audit.append(db, streamOpened({ number, source, channel, patient: identity }));
    }
  });
}
