import type { Sealing } from '../at-rest/sealing.ts';
import { placeOfAlarm } from './alarms.ts';
import type { Database } from './batch-statement.ts';
import type { Blob } from './schema.ts';

export interface PendingDelivery {
  readonly alarm: string;
  readonly recipient: string;
  readonly sent_at: number | null;
  readonly patient: number;
  readonly notice: Blob;
}

export class DeliveryRows {
  readonly #database: Database;
  readonly #sealing: Sealing;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
  }

  /** Puts an alarm on its way to these people; who has it already keeps the place in the life of the alarm. */
  async enqueue(db: Database, alarm: string, recipients: readonly string[], dueAt: number): Promise<void> {
    if (recipients.length === 0) return;
    const values = recipients.map((recipient) => ({
      alarm,
      recipient,
      due_at: dueAt,
      sent_at: null,
      received_at: null,
      opened_at: null,
    }));
    await db
      .insertInto('deliveries')
      .values(values)
      .onConflict((conflict) => conflict.columns(['alarm', 'recipient']).doNothing())
      .execute();
  }

  /** What these people's devices have not confirmed, oldest alarm first. */
  async pending(recipients: readonly string[], limit: number, db = this.#database): Promise<PendingDelivery[]> {
    if (recipients.length === 0) return [];
    const rows = await db
      .selectFrom('deliveries')
      .innerJoin('alarms', 'alarms.id', 'deliveries.alarm')
      .select(['deliveries.alarm', 'deliveries.recipient', 'deliveries.sent_at', 'alarms.patient', 'alarms.notice'])
      .where('deliveries.received_at', 'is', null)
      .where('deliveries.recipient', 'in', recipients)
      .orderBy('deliveries.due_at')
      .limit(limit)
      .execute();
    await this.#sealing.readyToOpen(
      db,
      rows.map(({ patient, notice }) => ({ owner: patient, sealed: notice })),
    );
    // One alarm goes to several people, and is opened once.
    const notices = new Map<string, Blob>();
    return rows.map((row) => {
      const { alarm, patient, notice } = row;
      const opened = notices.get(alarm) ?? this.#sealing.openOrEmpty(patient, placeOfAlarm('notice', alarm), notice);
      notices.set(alarm, opened);
      return { ...row, notice: opened };
    });
  }

  async markSent(db: Database, alarm: string, recipients: readonly string[], at: number): Promise<void> {
    if (recipients.length === 0) return;
    await db
      .updateTable('deliveries')
      .set({ sent_at: at })
      .where('alarm', '=', alarm)
      .where('recipient', 'in', recipients)
      .execute();
  }

  /** Whether this was the first such receipt of a delivery that exists. An opened alarm has been received, too. */
  async confirm(
    db: Database,
    { alarm, recipient, kind, at }: { alarm: string; recipient: string; kind: 'received' | 'opened'; at: number },
  ): Promise<'first' | 'again' | 'unknown'> {
    const row = await db
      .selectFrom('deliveries')
      .select(['received_at', 'opened_at'])
      .where('alarm', '=', alarm)
      .where('recipient', '=', recipient)
      .executeTakeFirst();
    if (row === undefined) return 'unknown';
    const first = kind === 'opened' ? row.opened_at === null : row.received_at === null;
    if (!first) return 'again';
    const received = row.received_at ?? at;
    await db
      .updateTable('deliveries')
      .set(kind === 'opened' ? { received_at: received, opened_at: at } : { received_at: received })
      .where('alarm', '=', alarm)
      .where('recipient', '=', recipient)
      .execute();
    return 'first';
  }

  /** Alarms that this person's device has not confirmed to have opened. */
  unopenedBy(recipient: string, db = this.#database): Promise<{ alarm: string; patient: number }[]> {
    const opened = db
      .selectFrom('deliveries')
      .select('alarm')
      .where('recipient', '=', recipient)
      .where('opened_at', 'is not', null);
    return db.selectFrom('alarms').select(['id as alarm', 'patient']).where('id', 'not in', opened).execute();
  }

  async recipientsOf(alarm: string, db = this.#database): Promise<string[]> {
    const rows = await db.selectFrom('deliveries').select('recipient').where('alarm', '=', alarm).execute();
    return rows.map((row) => row.recipient);
  }
}
