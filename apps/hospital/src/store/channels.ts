import type { Selectable } from 'kysely';
import { hospitalOwner } from '../at-rest/sealed-value.ts';
import type { Sealing } from '../at-rest/sealing.ts';
import { BatchStatement, type Database, withTheNext } from './batch-statement.ts';
import type { Blob, ChannelTable } from './schema.ts';

export type ChannelRow = Selectable<ChannelTable>;

export interface WindowRow {
  readonly channel: Blob;
  readonly window: Blob;
}

/** What else of the row must not be altered: whose channel it is, at which step, and how long it is good. */
export function placeOfSecrets({ id, step, peer, certificate_serials, expires_at }: Omit<ChannelRow, 'secrets'>) {
  return ['channels', 'secrets', Buffer.from(id).toString('hex'), step, peer, certificate_serials, expires_at] as const;
}

export class ChannelRows {
  readonly #database: Database;
  readonly #sealing: Sealing;
  readonly #saveWindows: BatchStatement<WindowRow, never>;

  constructor(database: Database, sealing: Sealing) {
    this.#database = database;
    this.#sealing = sealing;
    this.#saveWindows = new BatchStatement<WindowRow, never>(
      { channel: new Uint8Array(), window: new Uint8Array() },
      (rows) =>
        database
          .insertInto('replay_windows')
          .values(rows)
          .onConflict((conflict) =>
            conflict.column('channel').doUpdateSet((set) => ({ window: set.ref('excluded.window') })),
          )
          .$castTo<never>(),
      withTheNext,
    );
  }

  async open(row: ChannelRow, db = this.#database): Promise<void> {
    const secrets = this.#sealing.seal(hospitalOwner, placeOfSecrets(row), row.secrets);
    await db
      .insertInto('channels')
      .values({ ...row, secrets })
      .execute();
  }

  /** Secrets that do not open are empty. */
  async find(id: Blob, db = this.#database): Promise<{ channel: ChannelRow; window: Blob | null } | undefined> {
    const row = await db
      .selectFrom('channels')
      .leftJoin('replay_windows', 'replay_windows.channel', 'channels.id')
      .selectAll('channels')
      .select('replay_windows.window')
      .where('channels.id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { window, ...channel } = row;
    const secrets = this.#sealing.openOrEmpty(hospitalOwner, placeOfSecrets(channel), channel.secrets);
    return { channel: { ...channel, secrets }, window };
  }

  saveWindows(db: Database, rows: readonly WindowRow[]): Promise<never[]> {
    return this.#saveWindows.execute(db, rows);
  }

  /** False when the reservation stands elsewhere by now: then whoever asked must not count on from `from`. */
  async reserve(id: Blob, { from, until }: { from: number; until: number }, db = this.#database): Promise<boolean> {
    const rows = await db
      .updateTable('channels')
      .set({ send_reserved: until })
      .where('id', '=', id)
      .where('send_reserved', '=', from)
      .returning('send_reserved')
      .execute();
    return rows.length === 1;
  }

  /**
   * A peer's channels of one step, newest first.
   * @param device only those that rest on its certificate, of those that one peer has
   */
  async ofPeer(
    peer: string,
    step: number,
    device: Pick<ChannelRow, 'certificate_serials'> | undefined = undefined,
    db = this.#database,
  ): Promise<Blob[]> {
    const serials = device?.certificate_serials;
    const rows = await db
      .selectFrom('channels')
      .select('id')
      .where('peer', '=', peer)
      .where('step', '=', step)
      .$if(serials !== undefined, (query) => query.where('certificate_serials', '=', serials ?? ''))
      .orderBy('opened_at', 'desc')
      .execute();
    return rows.map((row) => row.id);
  }

  /** The certificates that each channel rests on. */
  async serials(db = this.#database): Promise<{ id: Blob; serials: string[] }[]> {
    const rows = await db.selectFrom('channels').select(['id', 'certificate_serials']).execute();
    return rows.map((row) => ({ id: row.id, serials: row.certificate_serials.split(' ') }));
  }

  async ofStep(step: number, db = this.#database): Promise<Blob[]> {
    const rows = await db.selectFrom('channels').select('id').where('step', '=', step).execute();
    return rows.map((row) => row.id);
  }

  async expired(at: number, db = this.#database): Promise<Blob[]> {
    const rows = await db.selectFrom('channels').select('id').where('expires_at', '<=', at).execute();
    return rows.map((row) => row.id);
  }

  /** Deletes channels and with them their keys. */
  async close(ids: readonly Blob[], db = this.#database): Promise<void> {
    for (const id of ids) {
      await db.deleteFrom('replay_windows').where('channel', '=', id).execute();
      await db.deleteFrom('channels').where('id', '=', id).execute();
    }
  }
}
