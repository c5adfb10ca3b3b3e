import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditAct, decodeEntry, encodeEntry, verifyExport } from '@vitalseal/audit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { SigningKey } from '../keys/key-store.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { testAuditKey } from '../testing/test-audit-key.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { exportLog } from './export-log.ts';
import { keptCheckpointFile } from './kept-checkpoint.ts';
import { leafHashOf } from './leaf-hash.ts';
import { LogKeeper } from './log-keeper.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

const act = (number: number): AuditAct => ({
  kind: 'history-read',
  actor: 'urn:vitalseal:doctor:d1',
  what: { number },
});

describe.each(['SQLite', 'PostgreSQL'])('the log and its checkpoints on %s', (name) => {
  let dataDir: string;
  let store: Store;
  let other: Store;
  let key: SigningKey;
  let keeper: LogKeeper;
  let damaged: (readonly number[])[];

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-keeper-'));
    const databaseUrl = name === 'SQLite' ? undefined : await postgresql.createDatabase();
    const open = () => openStore({ dataDir, databaseUrl, wrappingKeys: testWrappingKeys });
    store = await open();
    other = await open();
    key = testAuditKey();
    damaged = [];
    keeper = new LogKeeper({ store, dataDir, key: () => key, onDamaged: (entries) => damaged.push(entries) });
    for (let number = 1; number < 10; number++) await store.audit.record(act(number));
  });
  afterEach(async () => {
    await store.close();
    await other.close();
    rmSync(dataDir, { recursive: true });
  });

  const exported = async (since = 0) => {
    const { size } = await keeper.sign();
    const lines: string[] = [];
    for await (const line of exportLog(store, { since, until: size, key: await keeper.noteKey() })) lines.push(line);
    return lines;
  };

  test('an export of the log is proved, and one of a part of it', async () => {
    await keeper.sign();
    for (let number = 0; number < 5; number++) await other.audit.record(act(number));
    const keys = [await keeper.noteKey()];
    expect(await verifyExport(await exported(), { keys })).toMatchObject({
      size: 15,
      provenSize: 15,
      finding: undefined,
    });
    const part = await verifyExport(await exported(12), { keys });
    expect(part).toMatchObject({ from: 10, size: 15, provenSize: 15, finding: undefined });
  });

  test('a checkpoint is signed only when something came since the last one, and kept in the folder', async () => {
    const { note } = await keeper.sign();
    expect((await keeper.sign()).note).toBe(note);
    expect(readFileSync(join(dataDir, keptCheckpointFile), 'utf8')).toBe(note);
    expect(await keeper.signedSize()).toBe(10);
  });

  test('an entry edited by hand after it was signed is named by the export', async () => {
    await keeper.sign();
    const { entry } = await store.database
      .selectFrom('audit_entries')
      .select('entry')
      .where('number', '=', 4)
      .executeTakeFirstOrThrow();
    const edited = entry.replace('doctor:d1', 'doctor:d2');
    await store.database.updateTable('audit_entries').set({ entry: edited }).where('number', '=', 4).execute();
    expect((await verifyExport(await exported())).finding).toMatchObject({ damage: 'altered', entry: 4 });
  });

  test('an entry edited by hand before it was signed is found when it is signed, by the process that wrote it', async () => {
    await store.database
      .updateTable('audit_entries')
      .set((set) => ({ entry: set.fn('replace', ['entry', set.val('doctor:d1'), set.val('doctor:d2')]) }))
      .where('number', '=', 7)
      .execute();
    await keeper.sign();
    expect(damaged).toEqual([[7]]);
    const verdict = await verifyExport(await exported());
    expect(verdict.finding).toMatchObject({ damage: 'altered', entry: 7 });
    expect((await exported()).join('\n')).toContain('"kind":"log-damaged"');
  });

  test('an entry removed by hand stops the log from being signed, and is named', async () => {
    await store.database.deleteFrom('audit_entries').where('number', '=', 6).execute();
    await expect(keeper.sign()).rejects.toMatchObject({
      code: 'audit-log-damaged',
      message: expect.stringContaining('6'),
    });
  });

  /** As somebody would who knows how the log is made and may write to the database: every hash fits. */
  const rewriteFrom = async (number: number, size: number) => {
    const db = store.database;
    const rows = await db.selectFrom('audit_entries').selectAll().orderBy('number').execute();
    let last = rows[number - 1]?.entry === undefined ? '' : leafHashOf(rows[number - 1]?.entry ?? '');
    for (const row of rows.slice(number, size)) {
      const entry = encodeEntry({ ...decodeEntry(row.entry), actor: 'urn:vitalseal:doctor:d2', previous: last });
      last = leafHashOf(entry);
      const leaf = new Uint8Array(Buffer.from(last, 'base64'));
      await db.updateTable('audit_entries').set({ entry, leaf }).where('number', '=', row.number).execute();
    }
    await db.deleteFrom('audit_entries').where('number', '>=', size).execute();
    await db.updateTable('audit_head').set({ size, last }).execute();
  };

  test.each([
    ['rewritten from an entry on', 4, 10],
    ['cut', 8, 8],
  ])('a log that was %s, its checkpoints removed, is never signed again', async (_how, from, size) => {
    const { note } = await keeper.sign();
    await rewriteFrom(from, size);
    await store.database.deleteFrom('audit_checkpoints').execute();
    const afterwards = new LogKeeper({ store: other, dataDir, key: () => key });
    for (const each of [keeper, afterwards]) {
      await expect(each.sign()).rejects.toMatchObject({ code: 'audit-log-damaged' });
      await each.noteKey();
    }
    await other.audit.record(act(1), act(2), act(3));
    await expect(keeper.sign()).rejects.toMatchObject({ code: 'audit-log-damaged' });
    await expect(afterwards.sign()).rejects.toMatchObject({ code: 'audit-log-damaged' });
    expect(readFileSync(join(dataDir, keptCheckpointFile), 'utf8')).toBe(note);
  });

  test('a log whose checkpoints were removed is signed on, when it is the same', async () => {
    await keeper.sign();
    await store.database.deleteFrom('audit_checkpoints').execute();
    await store.audit.record(act(1));
    expect(await verifyExport(await exported())).toMatchObject({ provenSize: 11, finding: undefined });
  });

  test('the key is replaced: the old one vouches for the new one, and the log goes on', async () => {
    const old = await keeper.noteKey();
    const next = testAuditKey();
    await keeper.changeKey(next.spki, 'operator:root');
    key = next;
    await store.audit.record(act(1));
    await keeper.sign();
    expect(await verifyExport(await exported(), { keys: [old] })).toMatchObject({ finding: undefined, size: 12 });
    expect(await verifyExport(await exported())).toMatchObject({ finding: undefined, size: 12 });
  });
});

test('others are heard while a long log is signed from its beginning', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-keeper-'));
  const store = await openStore({ dataDir, wrappingKeys: testWrappingKeys });
  await store.audit.record(...Array.from({ length: 1000 }, (_, number) => act(number)));
  let isSigned = false;
  let heard = 0;
  const listen = () => {
    heard += 1;
    if (!isSigned) setImmediate(listen);
  };
  setImmediate(listen);
  const key = testAuditKey();
  await new LogKeeper({ store, key: () => key }).sign();
  isSigned = true;
  expect(heard).toBeGreaterThanOrEqual(5);
  await store.close();
  rmSync(dataDir, { recursive: true });
});

test('a hospital that serves says how far its log is vouched for, and stops with all of it under a checkpoint', async () => {
  const hospital = await TestHospital.start();
  onTestFinished(() => hospital.remove());
  const health = async () => (await fetch(new URL('/healthz', hospital.running.peopleUrl))).json();
  await expect.poll(health).toMatchObject({ audit: { signed: 2, problem: null } });
  await hospital.halt();
  const { size } = await hospital.store.database.selectFrom('audit_head').select('size').executeTakeFirstOrThrow();
  const keeper = new LogKeeper({ store: hospital.store, key: () => hospital.keys.keyStore.auditKey });
  expect(await keeper.signedSize()).toBe(size);
  const lines: string[] = [];
  for await (const line of exportLog(hospital.store, { until: size, key: await keeper.noteKey() })) lines.push(line);
  expect(await verifyExport(lines)).toMatchObject({ provenSize: size, finding: undefined });
  expect(lines.filter((line) => /hospital-(?:started|stopped)/.test(line))).toHaveLength(2);
});
