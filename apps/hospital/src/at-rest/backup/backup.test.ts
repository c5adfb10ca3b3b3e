import { createSecretKey } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { asOfNow } from '../../store/as-of-now.ts';
import { openStore, type Store } from '../../store/open-store.ts';
import { formerReading } from '../../testing/former-reading.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../../testing/private-postgresql.ts';
import { testWrappingKeys } from '../../testing/test-wrapping-keys.ts';
import type { WrappingKeys } from '../wrapping.ts';
import { decodeRecord, decodeRecords, digestOf, encodeRecord, exportRecords } from './backup-content.ts';
import { BackupWriter } from './backup-file.ts';
import { backedUpTables, leftOutTables } from './backup-tables.ts';
import { makeBackup } from './make-backup.ts';
import { checkBackup, restoreInto } from './restore-backup.ts';

let postgresql: PrivatePostgresql;
let folder: string;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-backup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
let stores = 0;

async function emptyStore(kind: string): Promise<Store> {
  stores += 1;
  const databaseUrl = kind === 'PostgreSQL' ? await postgresql.createDatabase() : undefined;
  return openStore({ dataDir: join(folder, `store-${stores}`), databaseUrl, wrappingKeys: testWrappingKeys });
}

async function fill(store: Store, readings = 1203): Promise<void> {
  for (const identity of ['p1', 'P2', 'ä3']) {
    await store.patients.admit({ identity, name: `Name ${identity}`, bed: '1', policy: null, at: -5 });
  }
  const patient = (await store.patients.find('p1'))?.number ?? -1;
  const stream = await store.streams.numberOf(store.database, { patient, source: 's', channel: bytes('12345678') });
  const rows = Array.from({ length: readings }, (_, sequence) => ({
    stream,
    sequence,
    patient,
    measured_at: 1000 + sequence,
    received_at: 2000 + sequence,
    payload: bytes(`reading ${sequence}`.padEnd(150)),
  }));
  await store.transaction(async (db) => {
    await store.readings.insert(
      db,
      rows.map((row) => formerReading(store, row)),
    );
    const life = {
      rule: 'r',
      priority: 'high',
      state: 'raised',
      raised_at: 1,
      due_at: null,
      closed_at: null,
      life: '{}',
    };
    await store.alarms.raise(db, { id: 'a1', patient, ...life, notice: bytes('notice'), notice_number: 0 });
    await store.deliveries.enqueue(db, 'a1', ['d1', 'd2'], 10);
    await store.triage.save(db, [{ patient, through: 7, state: '{}' }]);
    // Given once, never again: the numbers go on behind it.
    await db.deleteFrom('readings').where('number', '=', readings).execute();
  });
  await store.people.register({ identity: 'urn:vitalseal:doctor:d1', role: 'doctor', name: 'D', tier: 1, on_call: 1 });
  await store.channels.open({
    id: bytes('channel1'),
    step: 2,
    peer: 'urn:vitalseal:patient:p1',
    certificate_serials: '0a',
    secrets: bytes('secrets'),
    opened_at: 1,
    expires_at: 2,
    send_reserved: 0,
  });
}

const path = () => join(folder, 'backup');
const backup = (store: Store, wrappingKeys: WrappingKeys = testWrappingKeys) =>
  makeBackup({
    store,
    path: path(),
    hospital: 'urn:vitalseal:hospital:h1',
    recovery: null,
    wrappingKeys,
    actor: 'operator:t',
  });
const contentOf = (store: Store) => asOfNow(store, (db) => digestOf(exportRecords(db, store.kind)));

test.each(['SQLite', 'PostgreSQL'])(
  'every table of a store on %s is in a backup, or is left out of it on purpose',
  async (kind) => {
    const store = await emptyStore(kind);
    const tables = (await store.database.introspection.getTables()).map(({ name }) => name);
    await store.close();
    const decided = [...backedUpTables.map(({ name }) => name as string), ...leftOutTables];
    expect(tables.filter((name) => !name.startsWith('kysely_') && name !== 'sqlite_sequence').sort()).toEqual(
      decided.sort(),
    );
  },
);

describe.each([
  ['SQLite', 'SQLite'],
  ['SQLite', 'PostgreSQL'],
  ['PostgreSQL', 'SQLite'],
  ['PostgreSQL', 'PostgreSQL'],
])('a backup of %s', (from, into) => {
  test(`restored into ${into} holds the same, without channels, and numbers go on where they were`, async () => {
    const source = await emptyStore(from);
    await fill(source);
    const { rows, unreadable } = await backup(source);
    expect(rows).toBeGreaterThan(1200);
    expect(unreadable).toBe(0);
    expect(readdirSync(folder).filter((name) => name.includes('scratch'))).toEqual([]);
    const target = await emptyStore(into);
    const restored = await restoreInto(target, path(), testWrappingKeys);
    expect(restored).toMatchObject({ rows, hospital: 'urn:vitalseal:hospital:h1' });
    await target.sealing.keys.refresh(target.database);
    expect((await target.patients.all()).map(({ name }) => name)).toEqual(['Name p1', 'Name P2', 'Name ä3']);
    expect(await target.channels.serials()).toEqual([]);
    expect((await target.counts()).stored).toBe(1202);
    expect(await target.alarms.open()).toMatchObject([{ rule: 'r', notice: bytes('notice') }]);
    const row = { stream: 1, sequence: 5000, patient: 1, measured_at: 1, received_at: 1, payload: bytes('next') };
    const [next] = await target.transaction((db) => target.readings.insert(db, [formerReading(target, row)]));
    expect(next?.number).toBe(1204);
    await source.close();
    await target.close();
  });
});

test('a backup is made while others write, of one moment', async () => {
  const store = await emptyStore('PostgreSQL');
  await fill(store);
  /** Numbers are given outside of every transaction: that more of them were given is no other content. */
  const contentAround = (meanwhile: () => Promise<void>) =>
    asOfNow(store, (db) => {
      const records = async function* () {
        for await (const record of exportRecords(db, store.kind)) {
          if (record.kind === 'shape') await meanwhile();
          yield record.kind === 'table' ? { ...record, last: null } : record;
        }
      };
      return digestOf(records());
    });
  const admit = () => store.patients.admit({ identity: 'later', name: 'L', bed: '', policy: null, at: 1 });
  const before = await contentAround(async () => undefined);
  expect(await contentAround(admit)).toBe(before);
  expect(await contentAround(async () => undefined)).not.toBe(before);
  await store.close();
});

test('a store that is not empty is not restored into', async () => {
  const store = await emptyStore('SQLite');
  await fill(store, 3);
  await backup(store);
  const before = await contentOf(store);
  await expect(restoreInto(store, path(), testWrappingKeys)).rejects.toMatchObject({ code: 'store-not-empty' });
  expect(await contentOf(store)).toBe(before);
  await store.close();
});

test('a backup takes the place of no other file, and stands in the log when it is made', async () => {
  const store = await emptyStore('SQLite');
  await fill(store, 3);
  const made = async () => {
    const rows = await store.database.selectFrom('audit_entries').select('entry').execute();
    return rows.filter(({ entry }) => entry.includes('"kind":"backup-made"')).length;
  };
  writeFileSync(path(), 'another backup');
  await expect(backup(store)).rejects.toMatchObject({ code: 'invalid-file' });
  expect(readFileSync(path(), 'utf8')).toBe('another backup');
  expect(await made()).toBe(0);
  rmSync(path());
  // What a run that was killed has left.
  writeFileSync(`${path()}.new`, 'unfinished');
  await backup(store);
  expect(await made()).toBe(1);
  expect(readdirSync(folder).filter((name) => name.includes('scratch'))).toEqual([]);
  await store.close();
});

test('rows that were spoilt in the store are counted, and the backup is made all the same', async () => {
  const store = await emptyStore('SQLite');
  await fill(store, 30);
  await store.database
    .updateTable('readings')
    .set({ payload: bytes('edited by hand') })
    .where('number', '<', 3)
    .execute();
  expect((await backup(store)).unreadable).toBe(2);
  await store.close();
});

describe('a file', () => {
  let good: Buffer;
  let target: Store;
  beforeEach(async () => {
    const source = await emptyStore('SQLite');
    await fill(source);
    await backup(source);
    await source.close();
    good = readFileSync(path());
    target = await emptyStore('SQLite');
  });
  afterEach(() => target.close());

  async function refused(file: Uint8Array, codes: readonly string[]): Promise<void> {
    const bad = join(folder, 'bad');
    writeFileSync(bad, file);
    const before = await contentOf(target);
    const attempt = await restoreInto(target, bad, testWrappingKeys).catch((error: unknown) => error);
    expect(codes).toContain((attempt as { code?: string }).code);
    expect(await contentOf(target)).toBe(before);
    await expect(checkBackup(bad, testWrappingKeys)).rejects.toBeInstanceOf(Error);
  }

  test('that was cut anywhere is refused, and nothing has changed', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), (length) =>
        refused(good.subarray(0, length), ['backup-malformed', 'backup-foreign']),
      ),
      { seed: 5, numRuns: 40, examples: [[0], [16], [17], [good.length - 1], [good.length - 16]] },
    );
  });

  test('of which a byte was changed anywhere is refused, and nothing has changed', { timeout: 60_000 }, async () => {
    const change = fc.record({ at: fc.nat(good.length - 1), by: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(change, ({ at, by }) => {
        const changed = Buffer.from(good);
        changed[at] = (changed[at] ?? 0) ^ by;
        return refused(changed, ['backup-malformed', 'backup-foreign']);
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  test('of which chunks were exchanged, doubled or left out is refused', async () => {
    const sealed = 65_536 + 16;
    // Magic, length, header, wrapped key.
    const start = 17 + 4 + good.readUInt32BE(17) + 63;
    expect(good.length).toBeGreaterThan(start + 2 * sealed);
    const [one, two] = [good.subarray(start, start + sealed), good.subarray(start + sealed, start + 2 * sealed)];
    const before = good.subarray(0, start);
    for (const parts of [
      [before, two, one],
      [before, one, one],
      [before, two],
      [before, one],
    ]) {
      await refused(Buffer.concat(parts), ['backup-malformed', 'backup-foreign']);
    }
    await refused(Buffer.concat([good, good.subarray(-100)]), ['backup-malformed']);
  });

  test('of another hospital, or that is none at all, is refused', async () => {
    const others = [{ version: 1, key: createSecretKey(Buffer.alloc(32, 9)) }];
    await expect(checkBackup(path(), others)).rejects.toMatchObject({ code: 'backup-foreign' });
    await expect(checkBackup(path(), [])).rejects.toMatchObject({ code: 'backup-foreign' });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (file) => refused(file, ['backup-malformed'])),
      { seed: 7, numRuns: 20 },
    );
    expect(existsSync(join(folder, 'bad'))).toBe(true);
  });
});

test.each(['SQLite', 'PostgreSQL'])(
  'a file that is spoilt behind rows that were sound, of another hospital, or of a newer release changes nothing on %s',
  async (kind) => {
    const source = await emptyStore('SQLite');
    await fill(source);
    await backup(source);
    await source.close();
    const good = readFileSync(path());
    const spoilt = Buffer.from(good);
    spoilt[good.length - 5] = (spoilt[good.length - 5] ?? 0) ^ 1;
    const target = await emptyStore(kind);
    const before = await contentOf(target);
    const restored = (file: string, keys: WrappingKeys) =>
      restoreInto(target, join(folder, file), keys, { actor: 'operator:t' });

    writeFileSync(join(folder, 'spoilt'), spoilt);
    await expect(restored('spoilt', testWrappingKeys)).rejects.toMatchObject({ code: 'backup-malformed' });
    writeFileSync(join(folder, 'cut'), good.subarray(0, good.length - 100));
    await expect(restored('cut', testWrappingKeys)).rejects.toMatchObject({ code: 'backup-malformed' });
    const others = [{ version: 1, key: createSecretKey(Buffer.alloc(32, 9)) }];
    await expect(restored('backup', others)).rejects.toMatchObject({ code: 'backup-foreign' });

    const newer = await open(join(folder, 'newer'), 'wx');
    const header = { hospital: 'urn:vitalseal:hospital:h1', madeAt: 1, recovery: null };
    const writer = await BackupWriter.begin(newer, header, testWrappingKeys);
    await writer.write(encodeRecord({ kind: 'shape', migrations: ['0001-first', '9999-to-come'] }));
    await writer.write(encodeRecord({ kind: 'end', rows: 0 }));
    await writer.end();
    await newer.close();
    await expect(restored('newer', testWrappingKeys)).rejects.toMatchObject({ code: 'store-newer' });

    expect(await contentOf(target)).toBe(before);
    // And the file that is whole still goes in.
    expect((await restored('backup', testWrappingKeys)).rows).toBeGreaterThan(1200);
    await target.close();
  },
);

test('no bytes make the decoder of a backup fail otherwise than with its code', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 }), async (chunks) => {
      const some = async function* () {
        for (const chunk of chunks) yield new Uint8Array(chunk);
      };
      const read = (async () => {
        for await (const _ of decodeRecords(some()));
      })();
      await expect(read).rejects.toMatchObject({ code: 'backup-malformed' });
    }),
    { seed: 8, numRuns: 2000 },
  );
});

test('rows come out of their encoding as they went in', () => {
  const cell = fc.oneof(
    fc.maxSafeInteger(),
    fc.string(),
    fc.constant(null),
    fc.uint8Array().map((each) => new Uint8Array(each)),
  );
  fc.assert(
    fc.property(fc.array(fc.array(cell)), (rows) => {
      const framed = encodeRecord({ kind: 'rows', rows });
      expect(decodeRecord(framed.slice(4))).toEqual({ kind: 'rows', rows });
    }),
    { seed: 9, numRuns: 500 },
  );
});
