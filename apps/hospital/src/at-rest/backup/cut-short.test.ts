// A backup and a restore that end at any of their steps leave what was or what is to be, and the next try comes to the end.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LogKeeper } from '../../audit/log-keeper.ts';
import { openKeyStore } from '../../keys/open-key-store.ts';
import { openHospitalStore } from '../../store/open-hospital-store.ts';
import type { Store } from '../../store/open-store.ts';
import { formerReading } from '../../testing/former-reading.ts';
import { writeHospitalFolder } from '../../testing/hospital-process.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../../testing/private-postgresql.ts';
import { makeTestAuthority } from '../../testing/test-authority.ts';
import { testHospitalIdentity } from '../../testing/test-hospital.ts';
import { noteErasure } from '../erasures.ts';
import { enforceRetention } from '../retention.ts';
import { StoreAnchor } from '../store-anchor.ts';
import { makeBackup } from './make-backup.ts';
import { checkBackup } from './restore-backup.ts';
import { restoreHospital } from './restore-hospital.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const readings = 30;
const fixture = new URL('./cut-short.fixture.ts', import.meta.url).pathname;

let postgresql: PrivatePostgresql;
let root: string;
/** A hospital's folder with its store, and the same without one. */
let full: string;
let empty: string;
let backup: string;

beforeAll(async () => {
  postgresql = startPrivatePostgresql();
  root = mkdtempSync(join(tmpdir(), 'vitalseal-cut-'));
  full = join(root, 'full');
  empty = join(root, 'empty');
  backup = join(root, 'made.backup');
  const authority = await makeTestAuthority();
  await writeHospitalFolder(full, await authority.hospitalKeys(testHospitalIdentity), 'https://127.0.0.1:9');
  cpSync(full, empty, { recursive: true });
  const keyStore = await openKeyStore(full);
  const wrappingKeys = await keyStore.wrappingKeys();
  const store = await openHospitalStore({ dataDir: full });
  for (const identity of ['p1', 'p2']) {
    await store.patients.admit({ identity, name: `Name ${identity}`, bed: '1', policy: null, at: 1 });
    const patient = (await store.patients.find(identity))?.number ?? -1;
    const stream = await store.streams.numberOf(store.database, { patient, source: 's', channel: bytes(identity) });
    const rows = Array.from({ length: readings }, (_, sequence) =>
      formerReading(store, {
        stream,
        sequence,
        patient,
        measured_at: sequence,
        received_at: sequence,
        payload: bytes(`reading ${sequence}`),
      }),
    );
    await store.transaction((db) => store.readings.insert(db, rows));
  }
  const made = { store, path: backup, hospital: 'urn:vitalseal:hospital:h1', recovery: null, wrappingKeys };
  await makeBackup({ ...made, actor: 'operator:t' });
  // What has happened since: a checkpoint over more than the backup has, and an erasure.
  await new LogKeeper({ store, dataDir: empty, key: () => keyStore.auditKey }).sign();
  await store.close();
  await noteErasure(empty, wrappingKeys, { patient: 'p2', at: 5 });
});
afterAll(() => {
  postgresql.remove();
  rmSync(root, { recursive: true });
});

/** @returns how it ended: an exit code or a signal */
async function run(...args: readonly string[]): Promise<number | string> {
  const child = spawn(process.execPath, [fixture, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { promise, resolve } = Promise.withResolvers<number | string>();
  child.once('exit', (code, signal) => resolve(code ?? signal ?? 'lost'));
  return promise;
}

/** The steps of a run, and what was on the disk before each of them. */
async function steps(world: string, ...args: readonly string[]): Promise<{ what: string; left: string }[]> {
  const copies = mkdtempSync(join(root, 'copies-'));
  expect(await run(world, 'copy', copies, ...args)).toBe(0);
  const lines = readFileSync(join(copies, 'steps.txt'), 'utf8').trim().split('\n');
  return lines.map((line, at) => ({ what: line, left: join(copies, String(at + 1).padStart(4, '0')) }));
}

async function within<Result>(
  dataDir: string,
  databaseUrl: string | undefined,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openHospitalStore({ dataDir, databaseUrl });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The old state is an empty store, the new one all that the backup has. */
async function stateOf(dataDir: string, databaseUrl?: string): Promise<'old' | 'new'> {
  return within(dataDir, databaseUrl, async (store) => {
    const { database } = store;
    const counts = await Promise.all(
      (['patients', 'readings', 'streams'] as const).map(async (table) => {
        const row = await database
          .selectFrom(table)
          .select((select) => select.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        return Number(row.count);
      }),
    );
    if (counts.every((count) => count === 0)) return 'old';
    const [patients, stored = 0, streams] = counts;
    expect({ patients, streams }).toEqual({ patients: 2, streams: 2 });
    // Those of whom was erased since may be gone again.
    expect([readings, 2 * readings]).toContain(stored);
    return 'new';
  });
}

async function expectRestored(dataDir: string, databaseUrl?: string): Promise<void> {
  const keyStore = await openKeyStore(dataDir);
  const { counter } = keyStore;
  await within(dataDir, databaseUrl, async (store) => {
    const patients = await store.patients.all();
    expect(patients.map(({ identity, name, erased_at }) => [identity, name, erased_at !== null])).toEqual([
      ['p1', 'Name p1', false],
      ['p2', '', true],
    ]);
    const rows = await store.readings.between(store.database, 1, 0, 1e15, 1000);
    expect(rows.map(({ payload }) => Buffer.from(payload).toString())).toEqual(
      Array.from({ length: readings }, (_, sequence) => `reading ${sequence}`),
    );
    // Of an erasure that was cut short what nobody can open any more goes with the next look at what is to be kept.
    await enforceRetention(store, 1, { dataDir, wrappingKeys: await keyStore.wrappingKeys() });
    expect(await store.readings.countOf(2)).toBe(0);
    expect(await store.settings.get('restoring')).toBeUndefined();
    expect(readdirSync(dataDir).filter((name) => name === 'audit-checkpoint.txt')).toEqual([]);
    // Signed anew, and believed by the hospital that starts next.
    await new LogKeeper({ store, dataDir, key: () => keyStore.auditKey }).sign();
    const anchored = { store, dataDir, counter, wrappingKeys: () => keyStore.wrappingKeys() };
    expect((await StoreAnchor.take(anchored)).rollback).toBeUndefined();
  });
}

async function restoreAgain(dataDir: string, databaseUrl?: string): Promise<void> {
  const keyStore = await openKeyStore(dataDir);
  await restoreHospital({
    dataDir,
    path: backup,
    keyStore,
    withStore: (work) => within(dataDir, databaseUrl, work),
    actor: 'operator:t',
  });
}

const hospitalWithout = (name: string): string => {
  const dataDir = join(root, name);
  cpSync(empty, dataDir, { recursive: true });
  return dataDir;
};

test('a restore that ends before any of its steps leaves an empty store or the whole one', {
  timeout: 180_000,
}, async () => {
  const dataDir = hospitalWithout('restored');
  // Its tables are there: of migrations there are tests of their own.
  await within(dataDir, undefined, async () => undefined);
  const all = await steps(dataDir, 'restore', '--data', dataDir, '--from', backup);
  await expectRestored(dataDir);
  const states: string[] = [];
  for (const { left } of all) states.push(await stateOf(left));
  const first = states.indexOf('new');
  expect(first).toBeGreaterThan(10);
  // Once it is the new one it stays so.
  expect(states.slice(first)).not.toContain('old');
  expect(states.length - first).toBeGreaterThan(2);
  expect(all[first - 1]?.what).toMatch(/ commit/);
  for (const [at, { left }] of all.entries()) {
    const isNear = at >= first - 2 || at % 10 === 0;
    if (!isNear) continue;
    const again = `${left}-again`;
    cpSync(left, again, { recursive: true });
    await restoreAgain(again);
    await expectRestored(again);
    if (at < first) continue;
    // Whoever serves instead of restoring once more: the start does what was left.
    const keyStore = await openKeyStore(left);
    const { counter } = keyStore;
    await within(left, undefined, (store) =>
      StoreAnchor.take({ store, dataDir: left, counter, wrappingKeys: () => keyStore.wrappingKeys() }),
    );
    await expect(restoreAgain(left)).rejects.toMatchObject({ code: 'store-not-empty' });
    await within(left, undefined, async (store) => {
      expect((await store.patients.find('p2'))?.erased_at).not.toBeNull();
      await new LogKeeper({ store, dataDir: left, key: () => keyStore.auditKey }).sign();
    });
  }
});

test.each(['SQLite', 'PostgreSQL'])(
  'a restore on %s that is killed leaves an empty store or the whole one, and the next comes to its end',
  { timeout: 180_000 },
  async (kind) => {
    const prepare = async (name: string) => {
      const dataDir = hospitalWithout(`${name}-${kind}`);
      const databaseUrl = kind === 'SQLite' ? undefined : await postgresql.createDatabase();
      await within(dataDir, databaseUrl, async () => undefined);
      const database = databaseUrl === undefined ? [] : ['--database-url', databaseUrl];
      return { dataDir, databaseUrl, args: ['restore', '--data', dataDir, '--from', backup, ...database] };
    };
    const whole = await prepare('counted');
    const all = (await steps(whole.dataDir, ...whole.args)).map(({ what }) => what);
    await expectRestored(whole.dataDir, whole.databaseUrl);
    const inserted = all.findLastIndex((what) => what.includes('insert into "readings"'));
    const commit = all.findIndex((what, at) => at > inserted && / commit/.test(what));
    expect(commit).toBeGreaterThan(inserted);
    // Step n is the n-th line, counted from one: in the middle, before the commit, after it, before the last.
    const found: string[] = [];
    for (const step of [inserted + 2, commit + 1, commit + 2, all.length]) {
      const { dataDir, databaseUrl, args } = await prepare(`killed-${step}`);
      expect(await run(dataDir, 'kill', String(step), ...args)).toBe('SIGKILL');
      found.push(await stateOf(dataDir, databaseUrl));
      await restoreAgain(dataDir, databaseUrl);
      await expectRestored(dataDir, databaseUrl);
    }
    expect(found).toEqual(['old', 'old', 'new', 'new']);
  },
);

test('a backup that ends before any of its steps leaves no file or the whole one, and the store as it was', {
  timeout: 180_000,
}, async () => {
  const world = join(root, 'world');
  mkdirSync(world);
  const dataDir = join(world, 'hospital');
  cpSync(full, dataDir, { recursive: true });
  const wrappingKeys = await (await openKeyStore(dataDir)).wrappingKeys();
  const all = await steps(world, 'backup', '--data', dataDir, '--out', join(world, 'backup'));
  const whole = readFileSync(join(world, 'backup'));
  await checkBackup(join(world, 'backup'), wrappingKeys);
  expect(readdirSync(world).toSorted()).toEqual(['backup', 'hospital']);
  let files = 0;
  for (const [at, { left }] of all.entries()) {
    const file = join(left, 'backup');
    if (existsSync(file)) {
      files += 1;
      expect(readFileSync(file).equals(whole)).toBe(true);
    }
    if (at % 8 !== 0 && at < all.length - 4) continue;
    const folder = join(left, 'hospital');
    await within(folder, undefined, async (store) => {
      expect((await store.patients.all()).map(({ name }) => name)).toEqual(['Name p1', 'Name p2']);
      expect((await store.counts()).stored).toBe(2 * readings);
      const next = { store, path: join(left, 'next'), hospital: 'urn:vitalseal:hospital:h1', recovery: null };
      // Long enough ago that nobody can be about to lock it.
      const scratches = readdirSync(left).filter((name) => name.startsWith('.vitalseal-scratch-'));
      for (const name of scratches) utimesSync(join(left, name), 1, 1);
      await makeBackup({ ...next, wrappingKeys, actor: 'operator:t' });
    });
    await checkBackup(join(left, 'next'), wrappingKeys);
    expect(readdirSync(left).filter((name) => name.startsWith('.vitalseal-scratch-'))).toEqual([]);
  }
  // Behind the rename there is the clearing away.
  expect(files).toBeGreaterThan(0);
  expect(files).toBeLessThan(all.length / 2);

  const killed = join(root, 'killed-world');
  cpSync(world, killed, { recursive: true });
  rmSync(join(killed, 'backup'));
  const args = ['backup', '--data', join(killed, 'hospital'), '--out', join(killed, 'backup')];
  const renamed = all.findLastIndex(({ what }) => what.endsWith(' rename'));
  expect(await run(killed, 'kill', String(renamed + 1), ...args)).toBe('SIGKILL');
  expect(existsSync(join(killed, 'backup'))).toBe(false);
  expect(await run(killed, 'kill', '999999', ...args)).toBe(0);
  await checkBackup(join(killed, 'backup'), wrappingKeys);
});
