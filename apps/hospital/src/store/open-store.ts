/**
 * The hospital's store (figure 1's hospital database). One set of statements, two databases: SQLite inside Node by
 * default, PostgreSQL where `DATABASE_URL` names one. A commit that returned is on the disk.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { DataKeys, type WrappingKeysNow } from '../at-rest/data-keys.ts';
import { hospitalOwner } from '../at-rest/sealed-value.ts';
import { Sealing } from '../at-rest/sealing.ts';
import type { WrappingKeys } from '../at-rest/wrapping.ts';
import { AuditTrail } from '../audit/audit-trail.ts';
import { LogRows } from '../audit/log-rows.ts';
import { openLog } from '../audit/open-log.ts';
import { HospitalError } from '../errors.ts';
import { AlarmRows } from './alarms.ts';
import type { Database } from './batch-statement.ts';
import { CardScriptRows } from './card-scripts.ts';
import { CardRows } from './cards.ts';
import { CareTeamRows } from './care-teams.ts';
import { ChannelRows } from './channels.ts';
import { type Counts, countEverything } from './counts.ts';
import { DataKeyRows } from './data-keys.ts';
import { DeliveryRows } from './deliveries.ts';
import { DispatchRows } from './dispatches.ts';
import { EmergencyAccessRows } from './emergency-accesses.ts';
import { inTransaction } from './in-transaction.ts';
import { InvitationRows } from './invitations.ts';
import type { DatabaseKind } from './migrations/columns.ts';
import { migrate } from './migrations/migrate.ts';
import { PasskeyRows } from './passkeys.ts';
import { PatientRows } from './patients.ts';
import { PersonRows } from './people.ts';
import { postgresqlDialect } from './postgresql.ts';
import { ReadingKeyRows } from './reading-keys.ts';
import { ReadingRows } from './readings.ts';
import type { HospitalSchema } from './schema.ts';
import { SessionRows } from './sessions.ts';
import { SettingRows } from './settings.ts';
import { sqliteDialect } from './sqlite.ts';
import { StreamRows } from './streams.ts';
import { TallyRows } from './tallies.ts';
import { TriageRows } from './triage-states.ts';

export interface StoreOptions {
  /** Folder of `hospital.sqlite`, made with mode 0700 if it is not there. Unused with `databaseUrl`. */
  readonly dataDir: string;
  readonly databaseUrl?: string | undefined;
  /** What the data keys are wrapped under, of the hospital's key store (keys/key-store.ts). */
  readonly wrappingKeys: WrappingKeys;
  /** Asked again when a key is wrapped under one that was not there at the opening. */
  readonly wrappingKeysNow?: WrappingKeysNow;
  /** Told of each value that did not open: one spoilt row keeps nobody from the others. */
  readonly onRefused?: (error: unknown) => void;
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
  readonly readingKeys: ReadingKeyRows;
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
  readonly dataKeys: DataKeyRows;
  readonly passkeys: PasskeyRows;
  readonly invitations: InvitationRows;
  readonly sessions: SessionRows;
  readonly careTeams: CareTeamRows;
  readonly emergencies: EmergencyAccessRows;
}

export interface TransactionOptions {
  /**
   * That the caller does the work again when it fails over its data. Then it may also fail because another process has
   * just written to the audit log, which is seldom and spares every other commit a round trip.
   */
  readonly isRepeated?: boolean;
}

export interface Store extends Statements {
  readonly kind: DatabaseKind;
  readonly database: Database;
  /** Seals and opens what lies in the store. */
  readonly sealing: Sealing;
  /** Who did what: appended in the transaction that does it. */
  readonly audit: AuditTrail;
  /** All or nothing, and durable when it resolves. */
  transaction<Result>(work: (transaction: Database) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /** Reads only after every commit under way has come to its end, also one whose connection was lost. */
  settled<Result>(read: (db: Database) => Promise<Result>): Promise<Result>;
  counts(): Promise<Counts>;
  close(): Promise<void>;
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, databaseUrl, wrappingKeys, onRefused = () => undefined } = options;
  const kind: DatabaseKind = databaseUrl === undefined ? 'sqlite' : 'postgresql';
  if (databaseUrl === undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const dialect =
    databaseUrl === undefined
      ? sqliteDialect({ ...options, file: join(dataDir, 'hospital.sqlite') })
      : postgresqlDialect({ ...options, url: databaseUrl });
  const database = new Kysely<HospitalSchema>({ dialect });
  const rows = new LogRows(kind);
  const audit = new AuditTrail({ rows, transaction: (work) => transaction(work) });
  const transaction = async <Result>(
    work: (db: Database) => Promise<Result>,
    { isRepeated = false }: TransactionOptions = {},
  ): Promise<Result> => {
    const { result, db: done } = await database.transaction().execute(async (db) => {
      audit.begin(db);
      const worked = await work(db);
      await audit.write(db, isRepeated);
      return { result: worked, db };
    });
    audit.committed(done);
    return result;
  };
  const dataKeys = new DataKeyRows();
  const sealing = new Sealing(new DataKeys(wrappingKeys, dataKeys, onRefused, options.wrappingKeysNow), onRefused);
  try {
    await migrate(database, kind, wrappingKeys);
    await takeHospitalKey(database, sealing);
    await openLog(database, transaction, audit);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return {
    kind,
    database,
    audit,
    sealing,
    dataKeys,
    ...statementsFor(database, sealing),
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

/** @throws HospitalError `wrapping-key-unknown`: another hospital's keys, or one's own of before a loss */
async function takeHospitalKey(database: Database, sealing: Sealing): Promise<void> {
  await sealing.ready(database, [hospitalOwner]);
  if (sealing.has(hospitalOwner)) return;
  const stored = await database.selectFrom('data_keys').select('version').where('owner', '=', hospitalOwner).execute();
  if (stored.length > 0) {
    throw new HospitalError('wrapping-key-unknown', 'expected the key store whose keys wrap the data of this store');
  }
  await inTransaction(database, (db) => sealing.keys.add(db, hospitalOwner));
  await sealing.ready(database, [hospitalOwner]);
}

function statementsFor(database: Database, sealing: Sealing): Omit<Statements, 'dataKeys'> {
  const readingKeys = new ReadingKeyRows();
  return {
    patients: new PatientRows(database, sealing),
    streams: new StreamRows(database),
    readings: new ReadingRows(database, { sealing, readingKeys }),
    readingKeys,
    channels: new ChannelRows(database, sealing),
    triage: new TriageRows(database, sealing),
    alarms: new AlarmRows(database, sealing),
    deliveries: new DeliveryRows(database, sealing),
    dispatches: new DispatchRows(database),
    people: new PersonRows(database, sealing),
    tallies: new TallyRows(database),
    settings: new SettingRows(database),
    cards: new CardRows(database, sealing),
    cardScripts: new CardScriptRows(database, sealing),
    passkeys: new PasskeyRows(database, sealing),
    invitations: new InvitationRows(database),
    sessions: new SessionRows(database),
    careTeams: new CareTeamRows(database),
    emergencies: new EmergencyAccessRows(database, sealing),
  };
}
