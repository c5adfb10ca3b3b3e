import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeEntry } from '@vitalseal/audit';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openStore, type Store } from '../store/open-store.ts';
import { formerReading } from '../testing/former-reading.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { erasePatient } from './erase-patient.ts';
import { eraseAgain, erasuresFile, noteErasure, readErasures } from './erasures.ts';
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
  let databaseUrl: string | undefined;
  let refused: unknown[];
  const numbers = new Map<string, number>();

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-erase-'));
    databaseUrl = await makeDatabase();
    refused = [];
    const onRefused = (error: unknown) => refused.push(error);
    store = await openStore({ dataDir, databaseUrl, wrappingKeys: testWrappingKeys, onRefused });
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
          rows.map((row) => formerReading(store, row)),
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
    await store.people.register({ identity: 'd1', role: 'doctor', name: 'D', tier: 1, on_call: 0 });
    const patient = numbers.get('p1') ?? -1;
    await store.emergencies.add({ id: 'e1', person: 'd1', patient, reason: 'why', since: start, until: start + 9 });
    await store.patients.discharge('p1', start);
    expect(await erasePatient(store, 'p1', { actor: 'operator:t', at: start + 5 })).toBe(700);
    expect(await store.emergencies.since(0, 9)).toMatchObject([{ id: 'e1', reason: '' }]);
    expect(refused).toEqual([]);
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

  test('what a returning patient sends while the former readings are still being removed is kept', async () => {
    await store.patients.discharge('p1', start);
    const patient = numbers.get('p1') ?? -1;
    const { stream } = await store.database
      .selectFrom('readings')
      .select('stream')
      .where('patient', '=', patient)
      .executeTakeFirstOrThrow();
    const row = { stream, sequence: 5000, patient, measured_at: start, received_at: start, payload: bytes('new') };
    let pages = 0;
    const onProgress = () => {
      pages += 1;
    };
    const turn = async <Result>(work: () => Promise<Result>) => {
      if (pages === 1) {
        pages += 1;
        await store.patients.admit({ identity: 'p1', name: 'Again', bed: '2', policy: null, at: start + 9 });
        await store.sealing.ready(store.database, [patient]);
        await store.transaction((db) => store.readings.insert(db, [formerReading(store, row)]));
      }
      return work();
    };
    expect(await erasePatient(store, 'p1', { actor: 'operator:t', at: start + 5, turn, onProgress })).toBe(700);
    expect(await readingsOf('p1')).toBe(1);
  });

  test('another process that had the key of one who was erased and admitted anew seals under the new one', async () => {
    const patient = numbers.get('p1') ?? -1;
    const serving = await openStore({ dataDir, databaseUrl, wrappingKeys: testWrappingKeys });
    onTestFinished(() => serving.close());
    await serving.patients.all();
    await store.patients.discharge('p1', start);
    await erasePatient(store, 'p1', { actor: 'operator:t', at: start + 5 });
    await store.patients.admit({ identity: 'p1', name: 'Again', bed: '2', policy: null, at: start + 9 });
    await serving.sealing.keys.refresh(serving.database);
    const place = ['readings', 'payload', 1] as const;
    const sealed = serving.sealing.seal(patient, place, bytes('new'));
    const restarted = await openStore({ dataDir, databaseUrl, wrappingKeys: testWrappingKeys });
    onTestFinished(() => restarted.close());
    await restarted.patients.all();
    expect(Buffer.from(restarted.sealing.open(patient, place, sealed)).toString()).toBe('new');
  });

  test('nobody is erased who is under care, and nobody of whom no note could be made', async () => {
    const options = { actor: 'operator:t', at: start + 5, dischargedBefore: start + 5 };
    await expect(erasePatient(store, 'p1', options)).rejects.toMatchObject({ code: 'patient-under-care' });
    await store.patients.discharge('p1', start);
    writeFileSync(join(dataDir, erasuresFile), 'spoilt');
    const onErasing = () => noteErasure(dataDir, testWrappingKeys, { patient: 'p1', at: start + 5 });
    await expect(erasePatient(store, 'p1', { ...options, onErasing })).rejects.toMatchObject({
      code: 'sealed-value-refused',
    });
    expect(await store.patients.find('p1')).toMatchObject({ name: 'Name p1', erased_at: null });
    expect(await readingsOf('p1')).toBe(700);
  });

  test('an erasure that was cut short is ended by the next enforcement of retention', async () => {
    await store.patients.discharge('p1', start);
    let turns = 0;
    const turn = async <Result>(work: () => Promise<Result>) => {
      turns += 1;
      if (turns === 3) throw new Error('cut short');
      return work();
    };
    await expect(erasePatient(store, 'p1', { actor: 'operator:t', at: start + 5, turn })).rejects.toThrow('cut short');
    expect(await store.readings.countOf(numbers.get('p1') ?? -1)).toBe(200);
    const options = { dataDir, wrappingKeys: testWrappingKeys };
    expect(await enforceRetention(store, start, options)).toMatchObject({ readings: 200 });
    expect(await store.readings.countOf(numbers.get('p1') ?? -1)).toBe(0);
    expect(await logged('patient-erased')).toHaveLength(1);
  });

  test('retention lets others write between the pages of an erasure, and tells of the erasure before it is done', async () => {
    await setRetention(store, { readings: null, discharged: 30 }, 'operator:t');
    await store.patients.discharge('p1', start);
    let turns = 0;
    const turn = <Result>(work: () => Promise<Result>) => {
      turns += 1;
      return work();
    };
    await enforceRetention(store, start + 31 * day, { dataDir, wrappingKeys: testWrappingKeys, turn });
    expect(turns).toBe(4);
    expect(readErasures(dataDir, testWrappingKeys)).toMatchObject([{ patient: 'p1' }]);
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

test('a journal that somebody reads from while a patient is erased is cut at the next start', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-erase-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const open = () => openStore({ dataDir, wrappingKeys: testWrappingKeys });
  let store = await open();
  await store.patients.admit({ identity: 'p1', name: 'Name', bed: '1', policy: null, at: start });
  const [{ wrapped } = { wrapped: bytes('') }] = await store.dataKeys.ofOwners(store.database, [1]);
  const reader = new DatabaseSync(join(dataDir, 'hospital.sqlite'));
  reader.exec('begin');
  reader.prepare('select count(*) from patients').get();
  await erasePatient(store, 'p1', { actor: 'operator:t', at: start + 5 });
  const holds = () => filesUnder(dataDir).some((file) => readFileSync(file).includes(Buffer.from(wrapped)));
  expect(holds()).toBe(true);
  await store.database.destroy();
  store = await open();
  expect(holds()).toBe(true);
  reader.exec('commit');
  await store.close();
  store = await open();
  expect(holds()).toBe(false);
  reader.close();
  await store.close();
});

test('ranges of removed readings have no gap in them', () => {
  const row = (stream: number, sequence: number) => ({ number: 0, stream, sequence });
  expect(rangesOf([row(2, 5), row(1, 1), row(1, 2), row(2, 7), row(2, 6), row(1, 9)])).toEqual([
    [1, 1, 2],
    [1, 9, 9],
    [2, 5, 7],
  ]);
});
