import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEntry } from '@vitalseal/audit';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../store/open-store.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { erasePatient } from './erase-patient.ts';
import { eraseAgain, noteErasure } from './erasures.ts';
import { rangesOf } from './remove-readings.ts';
import { enforceRetention, setRetention } from './retention.ts';
import { filesUnder } from './search.fixture.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const day = 86_400_000;
const start = 1_700_000_000_000;

describe.each([
  ['SQLite', async () => undefined],
  ['PostgreSQL', () => postgresql.createDatabase()],
])('on %s', (_name, makeDatabase) => {
  let dataDir: string;
  let store: Store;
  const numbers = new Map<string, number>();

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-erase-'));
    store = await openStore({ dataDir, databaseUrl: await makeDatabase(), wrappingKeys: testWrappingKeys });
    for (const identity of ['p1', 'p2']) {
      await store.patients.admit({ identity, name: `Name ${identity}`, bed: '1', policy: null, at: start });
      const patient = (await store.patients.find(identity))?.number ?? -1;
      numbers.set(identity, patient);
      const stream = await store.streams.numberOf(store.database, { patient, source: 's', channel: bytes(identity) });
      const rows = Array.from({ length: 700 }, (_, sequence) => ({
        stream,
        sequence,
        patient,
        measured_at: start + sequence,
        received_at: start + sequence * day,
        payload: bytes(`reading ${sequence}`),
      }));
      await store.transaction((db) =>
        store.readings.insert(
          db,
          rows.map((row) => store.readings.sealed(row)),
        ),
      );
      const alarm = { patient, rule: 'r', priority: 'high', raised_at: start, due_at: null, life: '{}' };
      const id = `alarm-${identity}`;
      const notice = { notice: bytes('notice'), notice_number: patient };
      await store.transaction(async (db) => {
        await store.alarms.raise(db, { ...alarm, ...notice, id, state: 'resolved', closed_at: start });
        await store.deliveries.enqueue(db, id, ['d1'], start);
      });
    }
  });
  afterEach(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });

  const readingsOf = async (identity: string) =>
    (await store.readings.between(store.database, numbers.get(identity) ?? -1, 0, 2 * start, 2000)).length;
  const logged = async (kind: string) =>
    (await store.database.selectFrom('audit_entries').select('entry').orderBy('number').execute())
      .map(({ entry }) => decodeEntry(entry))
      .filter((entry) => entry.kind === kind);

  test('who is erased leaves pseudonyms, and nobody else loses anything', async () => {
    const [{ wrapped } = { wrapped: new Uint8Array() }] = await store.dataKeys.ofOwners(store.database, [
      numbers.get('p1') ?? -1,
    ]);
    await store.patients.discharge('p1', start);
    expect(await erasePatient(store, 'p1', { actor: 'operator:t', at: start + 5 })).toBe(700);
    expect(await store.patients.find('p1')).toMatchObject({ name: '', bed: '', erased_at: start + 5 });
    expect(await readingsOf('p1')).toBe(0);
    expect(await store.dataKeys.ofOwners(store.database, [numbers.get('p1') ?? -1])).toEqual([]);
    expect(await store.alarms.find('alarm-p1')).toMatchObject({ rule: '', life: '', notice: new Uint8Array() });
    expect(await store.deliveries.pending(['d1'], 10)).toMatchObject([{ alarm: 'alarm-p2' }]);
    expect(await store.patients.find('p2')).toMatchObject({ name: 'Name p2' });
    expect(await readingsOf('p2')).toBe(700);
    expect(await logged('patient-erased')).toMatchObject([
      { actor: 'operator:t', patient: 'urn:vitalseal:patient:p1' },
    ]);
    expect((await logged('readings-removed')).map(({ what }) => what)).toEqual([
      { streams: [[1, 0, 499]] },
      { streams: [[1, 500, 699]] },
    ]);
    if (store.kind === 'sqlite') {
      // The wrapped key is in no page and no journal.
      for (const file of filesUnder(dataDir)) expect(readFileSync(file).includes(Buffer.from(wrapped))).toBe(false);
    } else {
      const { rows } = await sql<{ size: number }>`select pg_relation_size('data_keys') as size`.execute(
        store.database,
      );
      expect(rows).toHaveLength(1);
    }
    // Done again it finds nothing to do, and whoever comes back under the identity is new.
    expect(await erasePatient(store, 'p1', { actor: 'operator:t', at: start + 6 })).toBe(0);
    await store.patients.admit({ identity: 'p1', name: 'Again', bed: '2', policy: null, at: start + 9 });
    expect(await store.patients.find('p1')).toMatchObject({ name: 'Again', admitted_at: start + 9, erased_at: null });
  });

  test('who was erased and comes back with an older store is erased again, and who was admitted since is not', async () => {
    await noteErasure(dataDir, testWrappingKeys, { patient: 'p1', at: start + 1 });
    await noteErasure(dataDir, testWrappingKeys, { patient: 'p2', at: start - 1 });
    await noteErasure(dataDir, testWrappingKeys, { patient: 'nobody', at: start + 1 });
    expect(await eraseAgain(store, dataDir, testWrappingKeys, 'operator:t')).toBe(1);
    expect(await readingsOf('p1')).toBe(0);
    expect(await readingsOf('p2')).toBe(700);
    expect(await eraseAgain(store, dataDir, testWrappingKeys, 'operator:t')).toBe(0);
  });

  test('retention removes what came before its term, says which, and erases who was discharged long ago', async () => {
    const options = { dataDir, wrappingKeys: testWrappingKeys };
    const now = start + 700 * day;
    expect(await enforceRetention(store, now, options)).toEqual({ readings: 0, alarms: 0, patients: 0 });
    await setRetention(store, { readings: 100, discharged: null }, 'operator:t');
    expect(await enforceRetention(store, now, options)).toEqual({ readings: 1200, alarms: 2, patients: 0 });
    expect(await readingsOf('p1')).toBe(100);
    expect(await store.alarms.find('alarm-p2')).toMatchObject({ state: 'resolved', notice: new Uint8Array() });
    expect(await logged('retention-changed')).toMatchObject([{ what: { readings: 100, discharged: 'for-ever' } }]);

    await setRetention(store, { readings: null, discharged: 30 }, 'operator:t');
    await store.patients.discharge('p2', now - 31 * day);
    await store.patients.discharge('p1', now - 29 * day);
    expect(await enforceRetention(store, now, options)).toEqual({ readings: 100, alarms: 0, patients: 1 });
    expect(await store.patients.find('p2')).toMatchObject({ name: '' });
    expect(await store.patients.find('p1')).toMatchObject({ name: 'Name p1' });
  });
});

test('ranges of removed readings have no gap in them', () => {
  const row = (stream: number, sequence: number) => ({ number: 0, stream, sequence });
  expect(rangesOf([row(2, 5), row(1, 1), row(1, 2), row(2, 7), row(2, 6), row(1, 9)])).toEqual([
    [1, 1, 2],
    [1, 9, 9],
    [2, 5, 7],
  ]);
});
