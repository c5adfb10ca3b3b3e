/**
 * The hospital's store (figure 1's hospital database). One set of statements, two databases: SQLite inside Node by
 * default, PostgreSQL where `DATABASE_URL` names one. A commit that returned is on the disk.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { AuditTrail } from '../audit/audit-trail.ts';
import { LogRows } from '../audit/log-rows.ts';
import { openLog } from '../audit/open-log.ts';
import { AlarmRows } from './alarms.ts';
import type { Database } from './batch-statement.ts';
import { CardScriptRows } from './card-scripts.ts';
import { CardRows } from './cards.ts';
import { ChannelRows } from './channels.ts';
import { type Counts, countEverything } from './counts.ts';
import { DeliveryRows } from './deliveries.ts';
import { DispatchRows } from './dispatches.ts';
import type { DatabaseKind } from './migrations/columns.ts';
import { migrate } from './migrations/migrate.ts';
import { PatientRows } from './patients.ts';
import { PersonRows } from './people.ts';
import { postgresqlDialect } from './postgresql.ts';
import { ReadingRows } from './readings.ts';
import type { HospitalSchema } from './schema.ts';
import { SettingRows } from './settings.ts';
import { sqliteDialect } from './sqlite.ts';
import { StreamRows } from './streams.ts';
import { TallyRows } from './tallies.ts';
import { TriageRows } from './triage-states.ts';

export interface StoreOptions {
  /** Folder of `hospital.sqlite`, made with mode 0700 if it is not there. Unused with `databaseUrl`. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** For tests: the size in pages at which SQLite reports a full disk. */
  readonly maxPages?: number;
  readonly statementTimeoutMs?: number;
  /** A connection to PostgreSQL broke while it was idle. */
  readonly onIdleError?: (error: Error) => void;
}

/** The statements of each table. Every method takes the database or the open transaction it is to run in. */
export interface Statements {
  readonly patients: PatientRows;
  readonly streams: StreamRows;
  readonly readings: ReadingRows;
  readonly channels: ChannelRows;
  readonly triage: TriageRows;
  readonly alarms: AlarmRows;
  readonly deliveries: DeliveryRows;
  readonly dispatches: DispatchRows;
  readonly people: PersonRows;
  readonly tallies: TallyRows;
  readonly settings: SettingRows;
  readonly cards: CardRows;
  readonly cardScripts: CardScriptRows;
}

export interface Store extends Statements {
  readonly kind: DatabaseKind;
  readonly database: Database;
  /** Who did what: appended in the transaction that does it. */
  readonly audit: AuditTrail;
  /** All or nothing, and durable when it resolves. */
  transaction<Result>(work: (transaction: Database) => Promise<Result>): Promise<Result>;
  /** Reads only after every commit under way has come to its end, also one whose connection was lost. */
  settled<Result>(read: (db: Database) => Promise<Result>): Promise<Result>;
  counts(): Promise<Counts>;
  close(): Promise<void>;
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, databaseUrl } = options;
  const kind: DatabaseKind = databaseUrl === undefined ? 'sqlite' : 'postgresql';
  if (databaseUrl === undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const dialect =
    databaseUrl === undefined
      ? sqliteDialect({ ...options, file: join(dataDir, 'hospital.sqlite') })
      : postgresqlDialect({ ...options, url: databaseUrl });
  const database = new Kysely<HospitalSchema>({ dialect });
  const rows = new LogRows(kind);
  const audit = new AuditTrail({ rows, transaction: (work) => transaction(work) });
  const transaction = <Result>(work: (db: Database) => Promise<Result>) =>
    database.transaction().execute(async (db) => {
      audit.begin(db);
      const result = await work(db);
      await audit.write(db);
      return result;
    });
  try {
    await migrate(database, kind);
    await openLog(database, transaction, audit);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return {
    kind,
    database,
    audit,
    ...statementsFor(database),
    transaction,
    settled: (read) => (kind === 'sqlite' ? read(database) : afterCommits(database, read)),
    counts: () => countEverything(database),
    close: () => database.destroy(),
  };
}

/** PostgreSQL goes on with a commit whose client is gone: what it may write is locked until then. */
function afterCommits<Result>(database: Database, read: (db: Database) => Promise<Result>): Promise<Result> {
  return database.transaction().execute(async (db) => {
    await sql`lock table readings, triage, alarms, deliveries, dispatches in share mode`.execute(db);
    return read(db);
  });
}

function statementsFor(database: Database): Statements {
  return {
    patients: new PatientRows(database),
    streams: new StreamRows(database),
    readings: new ReadingRows(database),
    channels: new ChannelRows(database),
    triage: new TriageRows(database),
    alarms: new AlarmRows(database),
    deliveries: new DeliveryRows(database),
    dispatches: new DispatchRows(database),
    people: new PersonRows(database),
    tallies: new TallyRows(database),
    settings: new SettingRows(database),
    cards: new CardRows(database),
    cardScripts: new CardScriptRows(database),
  };
}
