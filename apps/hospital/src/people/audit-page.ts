/** The newest entries of the audit log, as an auditor's page shows them. */
import type { Database } from '../store/batch-statement.ts';

export interface AuditPageQuestion {
  /** Left out: from the newest on. */
  readonly before: number | undefined;
  readonly limit: number;
}

/** An entry of many readings is long: its end is left out here, and stands in the export. */
const longestText = 4096;

export async function auditPage(db: Database, { before, limit }: AuditPageQuestion) {
  const head = await db.selectFrom('audit_head').select('size').executeTakeFirst();
  const size = Number(head?.size ?? 0);
  const rows = await db
    .selectFrom('audit_entries')
    .select(['number', 'entry'])
    .where('number', '<', Math.min(before ?? size, size))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  const entries = rows.map(({ number, entry }) => ({
    index: Number(number),
    at: atOf(entry),
    text: entry.slice(0, longestText),
  }));
  return { size, entries };
}

function atOf(entry: string): number {
  const [, at] = /^\{"n":\d+,"prev":"[^"]*","at":(\d+)/.exec(entry) ?? [];
  return Number(at ?? 0);
}
