import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formerReading } from '../testing/former-reading.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { postgresqlPlace, type StorePlace, sqlitePlace } from '../testing/store-places.fixture.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { withTheNext } from './batch-statement.ts';
import type { NewCard } from './cards.ts';
import { refusesTheValue } from './failure.ts';
import { openStore, type Store } from './open-store.ts';
import type { NewReading } from './readings.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

const bytes = (...values: number[]) => Uint8Array.from(values);

describe.each([
  ['SQLite', sqlitePlace],
  ['PostgreSQL', () => postgresqlPlace(postgresql)],
])('the store on %s', (_name, makePlace) => {
  let place: StorePlace;
  let store: Store;
  let patient: number;
  let stream: number;

  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
    await store.patients.admit({ identity: 'p1', name: 'A', bed: '1', policy: null, at: 1_000 });
    patient = (await store.patients.find('p1'))?.number ?? -1;
    stream = await store.streams.numberOf(store.database, {
      patient,
      source: 'urn:vitalseal:sensor:s1',
      channel: bytes(1, 2, 3, 4, 5, 6, 7, 8),
    });
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });

  const reading = (sequence: number, change: Partial<NewReading> = {}): NewReading => ({
    stream,
    sequence,
    patient,
    measured_at: 1_700_000_000_000 + sequence,
    received_at: 1_700_000_000_500 + sequence,
    payload: bytes(sequence & 0xff),
    ...change,
  });
  const insert = (rows: NewReading[]) =>
    store.transaction((db) =>
      store.readings.insert(
        db,
        rows.map((row) => formerReading(store, row)),
      ),
    );

  test('a store opens again with what was committed to it', async () => {
    await insert([reading(1), reading(2)]);
    await store.close();
    store = await place.open();
    expect((await store.counts()).stored).toBe(2);
    const [first] = await store.readings.between(store.database, patient, 0, 2e12, 10);
    expect(first).toMatchObject({ measured_at: 1_700_000_000_001, received_at: 1_700_000_000_501 });
    expect([...(first?.payload ?? [])]).toEqual([1]);
  });

  test('an origin is stored once, within a batch and across batches, and its neighbours are stored all the same', async () => {
    const first = await insert([reading(1), reading(1), reading(2)]);
    expect(first.map((row) => row.sequence).sort()).toEqual([1, 2]);
    const second = await insert([reading(2), reading(3), reading(1)]);
    expect(second.map((row) => row.sequence)).toEqual([3]);
    expect((await store.counts()).stored).toBe(3);
  });

  test('any batch stores exactly the origins that are new', async () => {
    const known = new Set<number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 300 }),
        async (sequences) => {
          const stored = await insert(sequences.map((sequence) => reading(sequence)));
          const fresh = [...new Set(sequences)].filter((sequence) => !known.has(sequence));
          expect(stored.map((row) => row.sequence).sort((a, b) => a - b)).toEqual(fresh.sort((a, b) => a - b));
          for (const sequence of fresh) known.add(sequence);
        },
      ),
      { seed: 4, numRuns: 25 },
    );
    expect((await store.counts()).stored).toBe(known.size);
  });

  test('the same sensor origin under another patient is another reading', async () => {
    await store.patients.admit({ identity: 'p2', name: 'B', bed: '2', policy: null, at: 1_000 });
    const other = (await store.patients.find('p2'))?.number ?? -1;
    const origin = { source: 'urn:vitalseal:sensor:s1', channel: bytes(1, 2, 3, 4, 5, 6, 7, 8) };
    const otherStream = await store.streams.numberOf(store.database, { patient: other, ...origin });
    expect(otherStream).not.toBe(stream);
    expect(await store.streams.numberOf(store.database, { patient, ...origin })).toBe(stream);
    await insert([reading(1)]);
    expect(await insert([reading(1, { patient: other, stream: otherStream })])).toHaveLength(1);
  });

  test.each([
    ['a counter beyond 40 bits', { sequence: 2 ** 40 }],
    ['a negative counter', { sequence: -1 }],
    ['a time that no date can hold', { measured_at: 9_000_000_000_000_000 }],
    ['a payload over the limit', { payload: new Uint8Array(65_537) }],
    ['a number that is none', { measured_at: Number.NaN }],
  ])('%s is refused as a value and nothing of its transaction stays', async (_what, change) => {
    const attempt = insert([reading(1), reading(2, change), reading(3)]);
    await expect(attempt).rejects.toSatisfy(refusesTheValue);
    expect((await store.counts()).stored).toBe(0);
    expect(await insert([reading(1)])).toHaveLength(1);
  });

  test('a transaction that throws leaves nothing behind', async () => {
    const attempt = store.transaction(async (db) => {
      await store.readings.insert(db, [formerReading(store, reading(1))]);
      await store.tallies.add(db, 'duplicate', 3);
      throw new Error('stop');
    });
    await expect(attempt).rejects.toThrow('stop');
    expect(await store.counts()).toMatchObject({ stored: 0, duplicates: 0 });
  });

  test('readings are found by patient and time, and in the order of storing', async () => {
    await insert([reading(3), reading(1), reading(2)]);
    const from = 1_700_000_000_000;
    const spans = await store.readings.between(store.database, patient, from + 1, from + 3, 10);
    expect(spans.map((row) => row.measured_at - from)).toEqual([1, 2]);
    const latest = await store.readings.latest(store.database, patient, 2);
    expect(latest.map((row) => row.measured_at - from)).toEqual([3, 2]);
    const all = await store.readings.storedAfter(store.database, 0, 10);
    expect(all.map((row) => row.measured_at - from)).toEqual([3, 1, 2]);
    expect(await store.readings.has(store.database, stream, 2)).toBe(true);
    expect(await store.readings.has(store.database, stream, 4)).toBe(false);
  });

  test('a channel keeps its keys, its window and its reservation until it is closed', async () => {
    const id = bytes(9, 9, 9, 9, 9, 9, 9, 9);
    const row = {
      id,
      step: 2,
      peer: 'urn:vitalseal:patient:p1',
      certificate_serials: '0a 01',
      secrets: bytes(7, 7),
      opened_at: 5,
      expires_at: 100,
      send_reserved: 0,
    };
    await store.channels.open(row);
    expect((await store.channels.find(id))?.window).toBeNull();
    await store.transaction((db) => store.channels.saveWindows(db, [{ channel: id, window: bytes(1) }]));
    await store.transaction((db) => store.channels.saveWindows(db, [{ channel: id, window: bytes(2, 3) }]));
    expect(await store.channels.reserve(id, { from: 0, until: 1024 })).toBe(true);
    expect(await store.channels.reserve(id, { from: 0, until: 1024 })).toBe(false);
    const found = await store.channels.find(id);
    expect([...(found?.window ?? [])]).toEqual([2, 3]);
    expect(found?.channel).toMatchObject({ step: 2, send_reserved: 1024, expires_at: 100 });
    expect(await store.channels.ofPeer('urn:vitalseal:patient:p1', 2)).toHaveLength(1);
    expect((await store.channels.serials()).map((each) => each.serials)).toEqual([['0a', '01']]);
    expect(await store.channels.expired(99)).toHaveLength(0);
    await store.channels.close(await store.channels.expired(100));
    expect(await store.channels.find(id)).toBeUndefined();
  });

  test('a statement whose answer nobody waits for is in the commit or fails it', async () => {
    const window = (channel: number) => [{ channel: bytes(channel), window: bytes(1) }];
    const fails = sql`${sql.raw(withTheNext)} insert into replay_windows (channel) values (null)`;
    const held = async () => {
      const rows = await store.database.selectFrom('replay_windows').select('channel').execute();
      return rows.map(({ channel }) => channel[0]);
    };
    await store.transaction((db) => store.channels.saveWindows(db, window(71)));
    const failing = store.transaction(async (db) => {
      await store.channels.saveWindows(db, window(72));
      await fails.execute(db);
    });
    await expect(failing).rejects.toSatisfy(refusesTheValue);
    const given = store.transaction(async (db) => {
      await store.channels.saveWindows(db, window(73));
      throw new Error('given up');
    });
    await expect(given).rejects.toThrow('given up');
    await store.channels.saveWindows(store.database, window(74));
    expect(await held()).toEqual([71, 74]);
  });

  test('an alarm, its events and its deliveries are counted where they happened', async () => {
    await store.transaction(async (db) => {
      await store.alarms.raise(db, {
        id: 'a1',
        patient,
        rule: 'news2',
        priority: 'high',
        state: 'raised',
        raised_at: 10,
        due_at: 20,
        closed_at: null,
        life: '{}',
        notice: bytes(1),
        notice_number: 0,
      });
      await store.alarms.record(db, { alarm: 'a1', event: 'raised', by: null, at: 10 });
      await store.deliveries.enqueue(db, 'a1', ['d1', 'd2'], 10);
      await store.deliveries.enqueue(db, 'a1', ['d2', 'd3'], 12);
    });
    const db = store.database;
    expect(await store.deliveries.pending(['d1', 'd2', 'd3', 'd4'], 10)).toHaveLength(3);
    await store.deliveries.markSent(db, 'a1', ['d1'], 11);
    expect((await store.deliveries.pending(['d1'], 10))[0]?.sent_at).toBe(11);
    const receipt = { alarm: 'a1', recipient: 'd1', at: 12 };
    expect(await store.deliveries.confirm(db, { ...receipt, kind: 'received' })).toBe('first');
    expect(await store.deliveries.confirm(db, { ...receipt, kind: 'received' })).toBe('again');
    expect((await store.counts()).alarms).toEqual({ raised: 1, open: 1, delivered: 1, opened: 0 });
    expect(await store.deliveries.confirm(db, { ...receipt, kind: 'opened' })).toBe('first');
    expect(await store.deliveries.confirm(db, { ...receipt, recipient: 'd9', kind: 'opened' })).toBe('unknown');
    expect((await store.counts()).alarms).toEqual({ raised: 1, open: 1, delivered: 1, opened: 1 });
    expect(await store.deliveries.pending(['d1', 'd2', 'd3'], 10)).toHaveLength(2);
    await store.alarms.change(
      db,
      { id: 'a1', patient },
      { state: 'resolved', due_at: null, closed_at: 30, life: '{"a":1}' },
    );
    expect(await store.alarms.open()).toEqual([]);
    expect((await store.alarms.events('a1')).map((event) => event.event)).toEqual(['raised']);
  });

  test('an alarm calls the ambulance once', async () => {
    const alarm = { id: 'a1', patient, rule: 'r', priority: 'high', state: 'raised', raised_at: 1 };
    const db = store.database;
    await store.alarms.raise(db, {
      ...alarm,
      due_at: null,
      closed_at: null,
      life: '{}',
      notice: bytes(),
      notice_number: 0,
    });
    const call = { id: 'd1', alarm: 'a1', patient, state: 'called', crew: null };
    const times = { called_at: 1, changed_at: 1, closed_at: null };
    expect(await store.dispatches.call(db, { ...call, ...times })).toBe(true);
    expect(await store.dispatches.call(db, { ...call, ...times, id: 'd2' })).toBe(false);
    await store.dispatches.change(db, 'd1', { state: 'closed', crew: 'c1', changed_at: 2, closed_at: 2 });
    expect(await store.dispatches.open()).toEqual([]);
    expect((await store.counts()).dispatches).toBe(1);
  });

  test('tallies add up, people and settings are kept, a patient is admitted, discharged and admitted again', async () => {
    const db = store.database;
    await store.tallies.add(db, 'duplicate', 2);
    await store.tallies.add(db, 'duplicate', 3);
    await store.tallies.add(db, 'refused:record-replayed', 1);
    expect(await store.counts()).toMatchObject({ duplicates: 5, refused: 1, refusedByCode: { 'record-replayed': 1 } });
    await store.people.register({ identity: 'd1', role: 'doctor', name: 'D', tier: 1, on_call: 1 });
    await store.people.register({ identity: 'd1', role: 'doctor', name: 'D', tier: 2, on_call: 0 });
    expect(await store.people.all()).toEqual([{ identity: 'd1', role: 'doctor', name: 'D', tier: 2, on_call: 0 }]);
    await store.settings.set('crl', '1');
    await store.settings.set('crl', '2');
    expect(await store.settings.get('crl')).toBe('2');
    expect(await store.patients.discharge('p1', 50)).toBe(true);
    expect(await store.patients.discharge('p1', 51)).toBe(false);
    await store.patients.admit({ identity: 'p1', name: 'C', bed: '3', policy: '{}', at: 60 });
    expect(await store.patients.find('p1')).toMatchObject({ number: patient, name: 'C', discharged_at: null });
    await store.triage.save(db, [{ patient, through: 1, state: '{}' }]);
    await store.triage.save(db, [{ patient, through: 2, state: '[]' }]);
    expect(await store.triage.all(db)).toEqual([{ patient, through: 2, state: '[]' }]);
  });

  const newCard = (administrationId: string): NewCard => ({
    administration_id: administrationId,
    patient: 'p1',
    stage: 'invited',
    key_version: 64,
    psk: bytes(1, 2),
    next_key_version: null,
    next_psk: null,
    expires_at: 1e12,
    particulars: '{}',
    status: null,
    request: null,
    chain: null,
    list_number: null,
    receipt: null,
    revocation: null,
    problem: null,
    invited_at: 1,
    seen_at: null,
  });

  test('a card is found by its name and by its patient, and keeps what changes', async () => {
    await store.cards.add(newCard('0011223344556677'));
    await expect(store.cards.add(newCard('0011223344556677'))).rejects.toSatisfy(refusesTheValue);
    const card = await store.cards.find('0011223344556677');
    await store.cards.change(card?.number ?? -1, { stage: 'contacted', next_psk: bytes(3), revocation: 'due' });
    expect(await store.cards.ofPatient('p1')).toMatchObject([{ stage: 'contacted', psk: card?.psk }]);
    expect(await store.cards.toRevoke()).toHaveLength(1);
    expect(await store.cards.all()).toHaveLength(1);
    expect(await store.cards.find('ffffffffffffffff')).toBeUndefined();
  });

  test('scripts of a card are open until they are finished or abandoned', async () => {
    await store.cards.add(newCard('0011223344556677'));
    const card = (await store.cards.find('0011223344556677'))?.number ?? -1;
    const script = { card, application: bytes(0xa0), commands: bytes(0xae), urgent: 0, queued_at: 5 };
    const { cardScripts } = store;
    const policy = await cardScripts.queue({ ...script, purpose: 'policy' });
    const status = await cardScripts.queue({ ...script, purpose: 'status' });
    const lock = await cardScripts.queue({ ...script, purpose: 'lock', urgent: 1 });
    await cardScripts.change(policy, { state: 'done', responses: bytes(0xaf), commands: null, finished_at: 7 });
    await cardScripts.change(lock, { state: 'sent', sent_at: 6, sendings: 1 });
    expect(await cardScripts.open(card)).toMatchObject([
      { number: status, state: 'queued', sendings: 0 },
      { number: lock, state: 'sent', urgent: 1 },
    ]);
    expect(await cardScripts.find(card, policy)).toMatchObject({ commands: null });
    expect(await cardScripts.find(card + 1, lock)).toBeUndefined();
    await cardScripts.abandon(card, 'terminated', 9);
    expect(await cardScripts.open(card)).toEqual([]);
    expect(await cardScripts.failures(card, 'lock')).toBe(1);
    expect(await cardScripts.failures(card, 'policy')).toBe(0);
    expect(await cardScripts.ofCard(card, 2)).toMatchObject([
      { number: lock, state: 'failed', failure: 'terminated', commands: null },
      { number: status, state: 'failed' },
    ]);
  });
});

test('a store that a newer release wrote is refused and left as it is', async () => {
  const place = await sqlitePlace();
  const store = await place.open();
  const row = { name: '9999-later', timestamp: '2030' };
  await store.database
    .withTables<{ kysely_migration: typeof row }>()
    .insertInto('kysely_migration')
    .values(row)
    .execute();
  await store.close();
  await expect(place.open()).rejects.toMatchObject({ code: 'store-newer' });
  place.remove();
});

test('what PostgreSQL committed is on the disk, even where the database is set to answer before', async () => {
  const databaseUrl = await postgresql.createDatabase();
  const setting = async () => {
    const store = await openStore({ dataDir: '', databaseUrl, wrappingKeys: testWrappingKeys });
    const { rows } = await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(store.database);
    await sql`alter database ${sql.id(/@\/(\w+)/.exec(databaseUrl)?.[1] ?? '')} set synchronous_commit = off`.execute(
      store.database,
    );
    await store.close();
    return rows;
  };
  expect(await setting()).toEqual([{ synchronous_commit: 'on' }]);
  expect(await setting()).toEqual([{ synchronous_commit: 'on' }]);
});
