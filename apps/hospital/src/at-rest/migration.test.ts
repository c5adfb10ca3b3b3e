import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, Migrator, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { first } from '../store/migrations/0001-first.ts';
import { cards } from '../store/migrations/0002-cards.ts';
import { columnTypes } from '../store/migrations/columns.ts';
import { openStore } from '../store/open-store.ts';
import { postgresqlDialect } from '../store/postgresql.ts';
import { sqliteDialect } from '../store/sqlite.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { clusterFolder, dump, filesUnder, found, needle } from './search.fixture.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

const secret = {
  name: 'Wilhelmina Ashgrove',
  bed: 'Bed-Q-17',
  policy: '{"marker":"policy-of-wilhelmina"}',
  state: '{"state":"memory-of-wilhelmina"}',
  rule: 'rule-of-wilhelmina',
  life: '{"life":"life-of-wilhelmina"}',
  notice: 'notice-of-wilhelmina',
  doctor: 'Doctor Quenell',
  channel: 'secrets-of-channel',
  psk: 'pre-shared-key-of-card',
  particulars: '{"unblockingCode":"particulars-of-card"}',
  commands: 'commands-for-the-card',
};
const payload = (sequence: number) => `payload-${String(sequence).padStart(5, '0')}-of-wilhelmina`;
const readings = 1203;
const needles = [
  ...Object.entries(secret).map(([what, value]) => needle(what, value)),
  ...[0, 1, 500, 501, readings - 1].map((sequence) => needle(`payload ${sequence}`, payload(sequence))),
];
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

/** A store as the release before sealing left it. */
async function formerStore(place: { dataDir: string; databaseUrl: string | undefined }): Promise<void> {
  const { dataDir, databaseUrl } = place;
  const kind = databaseUrl === undefined ? 'sqlite' : 'postgresql';
  const dialect =
    databaseUrl === undefined
      ? sqliteDialect({ file: join(dataDir, 'hospital.sqlite') })
      : postgresqlDialect({ url: databaseUrl });
  const db = new Kysely<unknown>({ dialect });
  const types = columnTypes(kind);
  const provider = { getMigrations: async () => ({ '0001-first': first(types), '0002-cards': cards(types) }) };
  expect((await new Migrator({ db, provider }).migrateToLatest()).error).toBeUndefined();
  const { name, bed, policy, state, rule, life, doctor, particulars } = secret;
  await sql`insert into patients (identity, name, bed, policy, admitted_at) values ('p1', ${name}, ${bed}, ${policy}, 5)`.execute(
    db,
  );
  await sql`insert into streams (patient, source, channel) values (1, 's', ${bytes('12345678')})`.execute(db);
  for (let sequence = 0; sequence < readings; sequence++) {
    await sql`insert into readings (stream, sequence, patient, measured_at, received_at, payload)
      values (1, ${sequence}, 1, ${1000 + sequence}, ${2000 + sequence}, ${bytes(payload(sequence))})`.execute(db);
  }
  await sql`insert into triage values (1, 7, ${state})`.execute(db);
  await sql`insert into alarms (id, patient, rule, priority, state, raised_at, life, notice, notice_number)
    values ('a1', 1, ${rule}, 'high', 'raised', 9, ${life}, ${bytes(secret.notice)}, 0)`.execute(db);
  await sql`insert into people values ('urn:vitalseal:doctor:d1', 'doctor', ${doctor}, 1, 1)`.execute(db);
  await sql`insert into channels values (${bytes('channel1')}, 2, 'urn:vitalseal:patient:p1', '0a 01', ${bytes(secret.channel)}, 1, 99, 1024)`.execute(
    db,
  );
  await sql`insert into cards (administration_id, patient, stage, key_version, psk, expires_at, particulars, invited_at)
    values ('0011223344556677', 'p1', 'invited', 64, ${bytes(secret.psk)}, 99, ${particulars}, 1)`.execute(db);
  await sql`insert into card_scripts (card, purpose, application, commands, urgent, state, postponements, sendings, queued_at)
    values (1, 'policy', ${bytes('a')}, ${bytes(secret.commands)}, 0, 'queued', 0, 0, 1)`.execute(db);
  await db.destroy();
}

test.each([
  ['SQLite', async () => undefined],
  ['PostgreSQL', () => postgresql.createDatabase()],
])(
  'a store on %s that the former release wrote in clear is sealed in place, and nothing of the clear is left',
  async (_name, makeDatabase) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-former-'));
    const databaseUrl = await makeDatabase();
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    /** The files of the tables, and a dump. The write-ahead log of PostgreSQL is its administrator's to recycle. */
    const files = () => {
      if (databaseUrl === undefined) return filesUnder(dataDir);
      for (const form of ['plain', 'custom'] as const) dump(databaseUrl, join(dataDir, form), form);
      const tables = filesUnder(join(clusterFolder(databaseUrl), 'base'));
      return [...filesUnder(dataDir), ...tables];
    };
    const checkpoint = async () => {
      if (databaseUrl === undefined) return;
      const db = new Kysely<unknown>({ dialect: postgresqlDialect({ url: databaseUrl }) });
      await sql`checkpoint`.execute(db);
      await db.destroy();
    };
    await formerStore({ dataDir, databaseUrl });
    await checkpoint();
    expect(found(needles, files())).toEqual(needles.map(({ what }) => what).sort());

    const store = await openStore({ dataDir, databaseUrl, wrappingKeys: testWrappingKeys });
    onTestFinished(() => store.close());
    expect(await store.patients.find('p1')).toMatchObject({
      name: secret.name,
      bed: secret.bed,
      policy: secret.policy,
    });
    const all = await store.readings.between(store.database, 1, 0, 1e6, 5000);
    expect(all.map((row) => Buffer.from(row.payload).toString())).toEqual(all.map(({ sequence }) => payload(sequence)));
    expect(all).toHaveLength(readings);
    expect(await store.triage.all(store.database)).toEqual([{ patient: 1, through: 7, state: secret.state }]);
    const { rule, life, notice } = secret;
    expect(await store.alarms.open()).toMatchObject([{ rule, life, notice: bytes(notice) }]);
    expect(await store.people.all()).toMatchObject([{ name: secret.doctor }]);
    expect((await store.channels.find(bytes('channel1')))?.channel).toMatchObject({ secrets: bytes(secret.channel) });
    expect(await store.cards.all()).toMatchObject([{ psk: bytes(secret.psk), particulars: secret.particulars }]);
    expect(await store.cardScripts.open(1)).toMatchObject([{ commands: bytes(secret.commands) }]);

    await checkpoint();
    expect(found(needles, files())).toEqual([]);
  },
);

test('pages of tables that take longer to write anew than any other statement may are written anew', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-former-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const databaseUrl = await postgresql.createDatabase();
  const at = { dataDir, databaseUrl, wrappingKeys: testWrappingKeys };
  const store = await openStore(at);
  await store.settings.set('clear-pages', 'due', store.database);
  await store.close();
  const reader = new pg.Client({ connectionString: databaseUrl });
  await reader.connect();
  onTestFinished(() => reader.end());
  await reader.query('begin');
  await reader.query('lock table readings in access share mode');
  const released = new Promise((resolve) => setTimeout(resolve, 3000)).then(() => reader.query('commit'));
  // Long enough for every other statement, on a busy machine.
  const opened = await openStore({ ...at, statementTimeoutMs: 2000 });
  expect(await opened.settings.get('clear-pages')).toBeUndefined();
  await opened.close();
  await released;
});
