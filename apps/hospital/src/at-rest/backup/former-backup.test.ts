// Backups that former releases made are put back by this one, into either database, and everything in them opens.
import { createSecretKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNoteKey, verifyExport } from '@vitalseal/audit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkStore } from '../../audit/check-store.ts';
import { exportLog } from '../../audit/export-log.ts';
import { LogReader } from '../../audit/log-reader.ts';
import { openStore } from '../../store/open-store.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../../testing/private-postgresql.ts';
import { migrationsOf } from './backup-content.ts';
import { makeBackup } from './make-backup.ts';
import { restoreInto } from './restore-backup.ts';

interface FormerBackup {
  /** That its store had. */
  readonly migrations: readonly string[];
  readonly wrappingKey: readonly { readonly version: number; readonly key: string }[];
  readonly logKey: string;
  readonly rows: number;
  readonly names: readonly (readonly [string, string])[];
  readonly people: readonly (readonly [string, string])[];
  /** What each reading says, base64, by the patient, in the order of measurement. */
  readonly readings: Readonly<Record<string, readonly string[]>>;
  readonly backup: string;
}

const folder = new URL('../../../../../tests/vectors/backups/', import.meta.url);
const formers = readdirSync(folder).filter((name) => name.endsWith('.json'));
const bytes = (base64: string) => Buffer.from(base64, 'base64');

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

describe.each(formers)('the backup %s', (name) => {
  const former = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as FormerBackup;
  const wrappingKeys = former.wrappingKey.map(({ version, key }) => ({ version, key: createSecretKey(bytes(key)) }));

  test.each([
    ['SQLite', async () => undefined],
    ['PostgreSQL', () => postgresql.createDatabase()],
  ])('is restored on %s, and all of it opens', async (_kind, makeDatabase) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-former-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const path = join(dataDir, 'former');
    writeFileSync(path, bytes(former.backup));
    const refused: unknown[] = [];
    const onRefused = (error: unknown) => refused.push(error);
    const databaseUrl = await makeDatabase();
    const store = await openStore({ dataDir: join(dataDir, 'store'), databaseUrl, wrappingKeys, onRefused });
    onTestFinished(() => store.close());

    const actor = 'operator:t';
    expect(await restoreInto(store, path, wrappingKeys, { actor })).toMatchObject({ rows: former.rows });
    await store.sealing.keys.refresh(store.database);
    const named = (rows: readonly { identity: string; name: string }[]) =>
      rows.map(({ identity, name: called }) => [identity, called]);
    const patients = await store.patients.all();
    expect(named(patients)).toEqual(former.names);
    expect(named(await store.people.all())).toEqual(former.people);
    let count = 0;
    for (const { identity, number } of patients) {
      const rows = await store.readings.between(store.database, number, 0, 8e15, 1000);
      expect(rows.map(({ payload }) => Buffer.from(payload).toString('base64'))).toEqual(former.readings[identity]);
      count += rows.length;
    }
    expect(count).toBeGreaterThan(0);
    const alarms = await store.alarms.open();
    expect(alarms.length).toBe(patients.length);
    for (const { notice } of alarms) expect(notice.length).toBeGreaterThan(0);
    expect(refused).toEqual([]);

    // Of before the store's shape was what it is now, and in that shape; its log verifies under the key of that time.
    expect(former.migrations.length).toBeLessThan((await migrationsOf(store.database)).length);
    expect(await checkStore(store)).toEqual({ sound: count, gone: 0, beforeLog: 0, findings: [] });
    const key = await parseNoteKey(former.logKey);
    const { size } = await new LogReader(store.database).head();
    const lines = exportLog(store, { until: size, key });
    expect(await verifyExport(lines, { keys: [key], acceptUnsigned: true })).toMatchObject({ finding: undefined });

    const again = { store, path: join(dataDir, 'again'), hospital: 'urn:vitalseal:hospital:h1', recovery: null };
    expect(await makeBackup({ ...again, wrappingKeys, actor })).toMatchObject({ unreadable: 0 });
  });
});
