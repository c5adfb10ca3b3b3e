/** Reads the log: its entries in their order, page by page, and its checkpoints. */
import { setImmediate } from 'node:timers/promises';
import { type AuditEntry, type AuditKind, decodeEntry } from '@vitalseal/audit';
import type { Bytes } from '@vitalseal/protocol';
import type { Selectable } from 'kysely';
import { HospitalError } from '../errors.ts';
import type { Database } from '../store/batch-statement.ts';
import type { AuditCheckpointTable, AuditEntryTable } from '../store/schema.ts';
import { logOrigin } from './acts.ts';
import type { Head } from './log-rows.ts';

export type EntryRow = Selectable<AuditEntryTable>;
export type CheckpointRow = Selectable<AuditCheckpointTable>;

/** An entry of a large commit has a hundred kilobytes: a page of them must not hold up what else the process does. */
const page = 200;
const leavesAPage = 5000;

export class LogReader {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async head(): Promise<Head> {
    const head = await this.#database.selectFrom('audit_head').select(['size', 'last']).executeTakeFirst();
    if (head === undefined) throw new HospitalError('audit-log-damaged', 'expected the log to have a head');
    return head;
  }

  /** The name under which its checkpoints are signed. @throws HospitalError `audit-log-damaged` */
  async origin(): Promise<string> {
    const first = await this.#database
      .selectFrom('audit_entries')
      .select('entry')
      .where('number', '=', 0)
      .executeTakeFirst();
    try {
      const log = first === undefined ? undefined : decodeEntry(first.entry).what?.log;
      if (typeof log === 'string' && /^[0-9a-f]{16}$/.test(log)) return logOrigin(log);
    } catch {
      // It is said below.
    }
    throw new HospitalError('audit-log-damaged', 'expected the first entry of the log to name it');
  }

  /** from..until-1, as they are there: a number may be missing. */
  async *entries(from: number, until: number): AsyncGenerator<EntryRow> {
    for (let at = from; at < until; ) {
      const rows = await this.#database
        .selectFrom('audit_entries')
        .selectAll()
        .where('number', '>=', at)
        .where('number', '<', until)
        .orderBy('number')
        .limit(page)
        .execute();
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < page) return;
      at = last.number + 1;
      // SQLite answers without a wait: a long log would keep everybody else from being heard until its end.
      await setImmediate();
    }
  }

  /** Of the first `until` entries those of one kind. */
  async ofKind(kind: AuditKind, until: number): Promise<AuditEntry[]> {
    const rows = await this.#database
      .selectFrom('audit_entries')
      .select('entry')
      .where('number', '<', until)
      .where('entry', 'like', `%"kind":"${kind}"%`)
      .orderBy('number')
      .execute();
    return rows.map(({ entry }) => decodeEntry(entry)).filter((entry) => entry.kind === kind);
  }

  /** Leaf hashes of from..until-1, as they stand beside the entries. @throws HospitalError `audit-log-damaged` where one is missing */
  async *leaves(from: number, until: number): AsyncGenerator<Bytes> {
    for (let at = from; at < until; ) {
      const rows = await this.#database
        .selectFrom('audit_entries')
        .select(['number', 'leaf'])
        .where('number', '>=', at)
        .where('number', '<', until)
        .orderBy('number')
        .limit(leavesAPage)
        .execute();
      for (const { number, leaf } of rows) {
        if (number !== at) break;
        at += 1;
        yield new Uint8Array(leaf);
      }
      if (rows.at(-1)?.number !== at - 1) {
        throw new HospitalError('audit-log-damaged', `expected entry ${at} of the log`);
      }
      await setImmediate();
    }
  }

  /** The newest, or that over at most `size` entries. */
  lastCheckpoint(size = Number.MAX_SAFE_INTEGER): Promise<CheckpointRow | undefined> {
    return this.#database
      .selectFrom('audit_checkpoints')
      .selectAll()
      .where('size', '<=', size)
      .orderBy('size', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** The key's SubjectPublicKeyInfo, base64, where the log goes on from `size`: undefined when it was never replaced since. */
  async keyBeforeChange(size: number): Promise<string | undefined> {
    const row = await this.#database
      .selectFrom('audit_entries')
      .select('entry')
      .where('number', '>=', size)
      .where('entry', 'like', '%"kind":"log-key-changed"%')
      .orderBy('number')
      .limit(1)
      .executeTakeFirst();
    const before = row === undefined ? undefined : decodeEntry(row.entry).what?.before;
    return typeof before === 'string' ? before : undefined;
  }

  checkpoints(from: number, until: number): Promise<CheckpointRow[]> {
    return this.#database
      .selectFrom('audit_checkpoints')
      .selectAll()
      .where('size', '>=', from)
      .where('size', '<=', until)
      .orderBy('size')
      .execute();
  }
}
