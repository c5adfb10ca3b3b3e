import { type AuditAct, decodeEntry, entryBytes, leafHash, toBase64 } from '@vitalseal/audit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store/open-store.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { postgresqlPlace, type StorePlace, sqlitePlace } from '../testing/store-places.fixture.ts';
import { checkStore } from './check-store.ts';

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

async function entriesOf(store: Store) {
  const rows = await store.database.selectFrom('audit_entries').selectAll().orderBy('number').execute();
  let previous = '';
  for (const [at, { number, leaf, entry }] of rows.entries()) {
    expect(number).toBe(at);
    expect(new Uint8Array(leaf)).toEqual(await leafHash(entryBytes(entry)));
    const decoded = decodeEntry(entry);
    expect(decoded).toMatchObject({ index: at, previous });
    previous = toBase64(leaf);
  }
  const head = await store.database.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow();
  expect(head).toMatchObject({ size: rows.length, last: previous });
  return rows.map(({ entry }) => decodeEntry(entry));
}

describe.each([
  ['SQLite', sqlitePlace],
  ['PostgreSQL', () => postgresqlPlace(postgresql)],
])('the audit trail on %s', (_name, makePlace) => {
  let place: StorePlace;
  let store: Store;

  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    place.remove();
  });

  test('the first entry of a log says what the store came with', async () => {
    expect(await entriesOf(store)).toMatchObject([
      { kind: 'log-opened', what: { readings: 0, through: 0, people: [] } },
    ]);
  });

  test('the first entry of a log that is younger than its store names the staff of before, who are then no finding', async () => {
    const { database, people } = store;
    const identity = 'urn:vitalseal:doctor:house';
    await people.register({ identity, role: 'doctor', name: 'House', tier: 1, on_call: 1 });
    expect((await checkStore(store)).findings).toMatchObject([
      { damage: 'added', line: expect.stringContaining(identity) },
    ]);

    for (const table of ['audit_entries', 'audit_head'] as const) await database.deleteFrom(table).execute();
    await store.close();
    store = await place.open();
    expect(await entriesOf(store)).toMatchObject([{ kind: 'log-opened', what: { people: [identity] } }]);
    expect((await checkStore(store)).findings).toEqual([]);
  });

  test('acts of one transaction stand in their order, each naming the one before by its hash', async () => {
    await store.transaction(async (db) => store.audit.append(db, act(1), act(2)));
    await store.audit.record(act(3));
    const entries = await entriesOf(store);
    expect(entries.map(({ what }) => what?.number)).toEqual([undefined, 1, 2, 3]);
  });

  test('an act whose transaction fails does not stand in the log, and the next one takes its place', async () => {
    await store.audit.record(act(1));
    const failing = store.transaction(async (db) => {
      store.audit.append(db, act(2));
      throw new Error('expected by the test');
    });
    await expect(failing).rejects.toThrow('expected by the test');
    await store.audit.record(act(3));
    expect((await entriesOf(store)).map(({ what }) => what?.number)).toEqual([undefined, 1, 3]);
  });

  test('several processes append to one log, and no entry is lost, doubled or out of place', async () => {
    const others = [store, await place.open(), await place.open()];
    const turns = Array.from({ length: 30 }, (_, turn) => turn);
    if (store.kind === 'sqlite') {
      // Within one process SQLite cannot wait for itself: each process has its turn here.
      for (const turn of turns)
        for (const [who, other] of others.entries()) await other.audit.record(act(100 * who + turn));
    } else {
      await Promise.all(
        others.map(async (other, who) => {
          for (const turn of turns) await other.audit.record(act(100 * who + turn));
        }),
      );
    }
    for (const other of others.slice(1)) await other.close();
    const numbers = (await entriesOf(store)).slice(1).map(({ what }) => Number(what?.number));
    expect(numbers).toHaveLength(90);
    for (const who of [0, 1, 2]) {
      const own = numbers.filter((number) => Math.floor(number / 100) === who);
      expect(own).toEqual(Array.from({ length: 30 }, (_, turn) => 100 * who + turn));
    }
  });

  test('more acts in one transaction than a statement takes are all appended', async () => {
    await store.transaction(async (db) => store.audit.append(db, ...Array.from({ length: 600 }, (_, at) => act(at))));
    expect(await entriesOf(store)).toHaveLength(601);
  });

  test('what is no token is refused before it can stand in the log', async () => {
    const named: AuditAct = { kind: 'patient-admitted', actor: 'operator:root', what: { name: 'Jane Doe' } };
    await expect(store.audit.record(named)).rejects.toMatchObject({ code: 'audit-act-refused' });
    expect(await entriesOf(store)).toHaveLength(1);
  });

  test('an act is appended to a transaction of the store and to nothing else', () => {
    expect(() => store.audit.append(store.database, act(1))).toThrow('expected a transaction of the store');
  });

  test('who repeats a transaction that fails over what another process has appended appends it once', async () => {
    const other = await place.open();
    await store.audit.record(act(1));
    await other.audit.record(act(2));
    const append = () =>
      store.transaction(async (db) => store.audit.append(db, act(3)), {
        isRepeated: true,
      });
    await append().catch(append);
    await append();
    await other.close();
    expect((await entriesOf(store)).slice(-4).map(({ what }) => what?.number)).toEqual([1, 2, 3, 3]);
  });
});
