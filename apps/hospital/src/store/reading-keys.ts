import type { Selectable } from 'kysely';
import type { Database } from './batch-statement.ts';
import type { Blob, ReadingKeyTable } from './schema.ts';

export type ReadingKeyRow = Selectable<ReadingKeyTable>;

/** Whose channel's key it is: one that was given to another patient or channel does not open. */
export function placeOfReadingKey({ patient, channel }: Pick<ReadingKeyRow, 'patient' | 'channel'>) {
  return ['reading_keys', 'secrets', patient, Buffer.from(channel).toString('hex')] as const;
}

export class ReadingKeyRows {
  find(db: Database, patient: number, channel: Blob): Promise<ReadingKeyRow | undefined> {
    return this.#all(db).where('patient', '=', patient).where('channel', '=', channel).executeTakeFirst();
  }

  /** Of these patients and channels: by the patients they are found in the index. */
  ofChannels(db: Database, patients: readonly number[], channels: readonly Blob[]): Promise<ReadingKeyRow[]> {
    return this.#all(db).where('patient', 'in', patients).where('channel', 'in', channels).execute();
  }

  async add(db: Database, row: ReadingKeyRow): Promise<void> {
    await db.insertInto('reading_keys').values(row).execute();
  }

  /** Of the channels on which this certificate has sent: the one that was used last. */
  lastOf(
    db: Database,
    patient: number,
    serial: string,
  ): Promise<Pick<ReadingKeyRow, 'channel' | 'through'> | undefined> {
    return db
      .selectFrom('reading_keys')
      .select(['channel', 'through'])
      .where('patient', '=', patient)
      .where('serial', '=', serial)
      .orderBy('through', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  async keepThrough(
    db: Database,
    { patient, channel, through }: Pick<ReadingKeyRow, 'patient' | 'channel' | 'through'>,
  ): Promise<void> {
    await db
      .updateTable('reading_keys')
      .set({ through })
      .where('patient', '=', patient)
      .where('channel', '=', channel)
      .execute();
  }

  async erase(db: Database, patient: number): Promise<void> {
    await db.deleteFrom('reading_keys').where('patient', '=', patient).execute();
  }

  /** Those whose last reading came before. */
  async removeBefore(db: Database, before: number): Promise<void> {
    await db.deleteFrom('reading_keys').where('through', '<', before).execute();
  }

  #all(db: Database) {
    return db.selectFrom('reading_keys').select(['patient', 'channel', 'through', 'secrets', 'serial']);
  }
}
