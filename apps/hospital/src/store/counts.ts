/** What the hospital has counted durably: each figure where the thing happened, not where it was sent. */
import { sql } from 'kysely';
import type { Database } from './batch-statement.ts';

export const duplicateTally = 'duplicate';
/** Tallies of refusals are named `refused:<code>`. */
export const refusedPrefix = 'refused:';

export interface Counts {
  readonly patients: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly refusedByCode: Readonly<Record<string, number>>;
  readonly alarms: {
    readonly raised: number;
    readonly open: number;
    /** Alarms that at least one person's device confirmed to have received. */
    readonly delivered: number;
    /** Alarms that at least one person's device confirmed to have opened. */
    readonly opened: number;
  };
  readonly dispatches: number;
}

export async function countEverything(db: Database): Promise<Counts> {
  const count = sql<number>`count(*)`;
  const patients = db.selectFrom('patients').select(count.as('n')).where('discharged_at', 'is', null);
  const readings = db.selectFrom('readings').select(count.as('n'));
  const raised = db.selectFrom('alarms').select(count.as('n'));
  const open = db.selectFrom('alarms').select(count.as('n')).where('closed_at', 'is', null);
  const distinctAlarms = sql<number>`count(distinct alarm)`;
  const delivered = db.selectFrom('deliveries').select(distinctAlarms.as('n')).where('received_at', 'is not', null);
  const opened = db.selectFrom('deliveries').select(distinctAlarms.as('n')).where('opened_at', 'is not', null);
  const dispatches = db.selectFrom('dispatches').select(count.as('n'));
  const number = async (query: { executeTakeFirst(): Promise<{ n: number } | undefined> }) =>
    (await query.executeTakeFirst())?.n ?? 0;

  const tallies = await db.selectFrom('tallies').selectAll().orderBy('name').execute();
  const refusedByCode: Record<string, number> = {};
  let duplicates = 0;
  let refused = 0;
  for (const { name, count: times } of tallies) {
    if (name === duplicateTally) duplicates = times;
    if (name.startsWith(refusedPrefix)) {
      refusedByCode[name.slice(refusedPrefix.length)] = times;
      refused += times;
    }
  }
  return {
    patients: await number(patients),
    stored: await number(readings),
    duplicates,
    refused,
    refusedByCode,
    alarms: {
      raised: await number(raised),
      open: await number(open),
      delivered: await number(delivered),
      opened: await number(opened),
    },
    dispatches: await number(dispatches),
  };
}
