import type { Selectable } from 'kysely';
import type { Database } from './batch-statement.ts';
import type { AlarmTable } from './schema.ts';

export type AlarmRow = Selectable<AlarmTable>;

export interface AlarmEvent {
  readonly alarm: string;
  readonly event: string;
  readonly by: string | null;
  readonly at: number;
}

export class AlarmRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async raise(db: Database, row: AlarmRow): Promise<void> {
    await db.insertInto('alarms').values(row).execute();
  }

  async change(
    db: Database,
    id: string,
    change: Pick<AlarmRow, 'state' | 'due_at' | 'closed_at' | 'life'> & Partial<Pick<AlarmRow, 'priority'>>,
  ): Promise<void> {
    await db.updateTable('alarms').set(change).where('id', '=', id).execute();
  }

  async record(db: Database, event: AlarmEvent): Promise<void> {
    await db.insertInto('alarm_events').values(event).execute();
  }

  find(id: string, db = this.#database): Promise<AlarmRow | undefined> {
    return db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirst();
  }

  open(db = this.#database): Promise<AlarmRow[]> {
    return db.selectFrom('alarms').selectAll().where('closed_at', 'is', null).orderBy('raised_at').execute();
  }

  async nextNoticeNumber(db = this.#database): Promise<number> {
    const row = await db
      .selectFrom('alarms')
      .select((select) => select.fn.max('notice_number').as('last'))
      .executeTakeFirst();
    return (row?.last ?? -1) + 1;
  }

  events(id: string, db = this.#database): Promise<AlarmEvent[]> {
    return db
      .selectFrom('alarm_events')
      .select(['alarm', 'event', 'by', 'at'])
      .where('alarm', '=', id)
      .orderBy('number')
      .execute();
  }
}
