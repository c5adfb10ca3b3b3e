import type { Sealing } from '../at-rest/sealing.ts';
import type { Database } from './batch-statement.ts';
import type { AlarmTable, Blob } from './schema.ts';

export interface AlarmRow extends Omit<AlarmTable, 'rule' | 'life'> {
  readonly rule: string;
  readonly life: string;
}

export type AlarmColumn = 'rule' | 'life' | 'notice';

export const placeOfAlarm = (column: AlarmColumn, id: string) => ['alarms', column, id] as const;

export interface AlarmEvent {
  readonly alarm: string;
  readonly event: string;
  readonly by: string | null;
  readonly at: number;
}

export class AlarmRows {
  readonly #database: Database;
  readonly #sealing: Sealing;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
  }

  async raise(db: Database, row: AlarmRow): Promise<void> {
    const { id, patient } = row;
    await this.#sealing.ready(db, [patient]);
    const rule = this.#sealing.sealText(patient, placeOfAlarm('rule', id), row.rule);
    const life = this.#sealing.sealText(patient, placeOfAlarm('life', id), row.life);
    const notice = this.#sealing.seal(patient, placeOfAlarm('notice', id), row.notice);
    await db
      .insertInto('alarms')
      .values({ ...row, rule, life, notice })
      .execute();
  }

  async change(
    db: Database,
    { id, patient }: Pick<AlarmRow, 'id' | 'patient'>,
    change: Pick<AlarmRow, 'state' | 'due_at' | 'closed_at' | 'life'> & Partial<Pick<AlarmRow, 'priority'>>,
  ): Promise<void> {
    await this.#sealing.ready(db, [patient]);
    const life = this.#sealing.sealText(patient, placeOfAlarm('life', id), change.life);
    await db
      .updateTable('alarms')
      .set({ ...change, life })
      .where('id', '=', id)
      .execute();
  }

  async record(db: Database, event: AlarmEvent): Promise<void> {
    await db.insertInto('alarm_events').values(event).execute();
  }

  async find(id: string, db = this.#database): Promise<AlarmRow | undefined> {
    const row = await db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : (await this.#opened(db, [row]))[0];
  }

  async open(db = this.#database): Promise<AlarmRow[]> {
    const rows = await db
      .selectFrom('alarms')
      .selectAll()
      .where('closed_at', 'is', null)
      .orderBy('raised_at')
      .execute();
    return this.#opened(db, rows);
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

  /** What does not open is empty. */
  async #opened(db: Database, rows: readonly AlarmTable[]): Promise<AlarmRow[]> {
    await this.#sealing.readyToOpen(
      db,
      rows.flatMap(({ patient, rule, life, notice }) =>
        [rule, life, notice].map((sealed) => ({ owner: patient, sealed })),
      ),
    );
    return rows.map((row) => {
      // Of an alarm that is over what it said may have been removed.
      const isRemoved = row.closed_at !== null && row.notice.length === 0;
      if (isRemoved) return { ...row, rule: '', life: '', notice: new Uint8Array() };
      const open = (column: AlarmColumn, sealed: Blob) =>
        this.#sealing.openOrEmpty(row.patient, placeOfAlarm(column, row.id), sealed);
      const text = (column: AlarmColumn, sealed: Blob) => Buffer.from(open(column, sealed)).toString();
      return { ...row, rule: text('rule', row.rule), life: text('life', row.life), notice: open('notice', row.notice) };
    });
  }
}
