import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { becomeSoleServer } from './sole-server.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

function folder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-sole-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  return dataDir;
}

test.each([
  ['SQLite', async () => undefined],
  ['PostgreSQL', () => postgresql.createDatabase()],
])('on %s a second hospital is refused until the first has gone', async (_, makeDatabase) => {
  const place = { dataDir: folder(), databaseUrl: await makeDatabase() };
  const first = await becomeSoleServer(place);
  await expect(becomeSoleServer(place)).rejects.toMatchObject({ code: 'already-running' });
  await first.release();
  const second = await becomeSoleServer(place);
  await second.release();
});

test('after a restart of PostgreSQL the lock is taken again', async () => {
  const place = { dataDir: folder(), databaseUrl: await postgresql.createDatabase() };
  const first = await becomeSoleServer(place);
  postgresql.halt();
  postgresql.start();
  const looking = new pg.Client({ connectionString: place.databaseUrl });
  await looking.connect();
  const held = async () => (await looking.query("select 1 from pg_locks where locktype = 'advisory'")).rowCount;
  await expect.poll(held, { timeout: 15_000 }).toBe(1);
  await looking.end();
  await expect(becomeSoleServer(place)).rejects.toMatchObject({ code: 'already-running' });
  await first.release();
});

test('a hospital that another one has replaced meanwhile is told so', async () => {
  const place = { dataDir: folder(), databaseUrl: await postgresql.createDatabase() };
  const first = await becomeSoleServer({ ...place, againAfterMs: 4000 });
  postgresql.halt();
  postgresql.start();
  const second = await becomeSoleServer(place);
  await expect(first.lost).rejects.toMatchObject({ code: 'already-running' });
  await first.release();
  await second.release();
});
