import { verifyExport } from '@vitalseal/audit';
import type { KyselyPlugin } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { erasePatient } from '../at-rest/erase-patient.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';
import { checkStore } from './check-store.ts';
import { exportLog } from './export-log.ts';
import { LogKeeper } from './log-keeper.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

describe.each(['SQLite', 'PostgreSQL'])('the store on %s held against the log', (name) => {
  let hospital: TestHospital;
  let p2: TestPatient;

  beforeEach(async () => {
    const databaseUrl = name === 'SQLite' ? undefined : await postgresql.createDatabase();
    hospital = await TestHospital.start(databaseUrl === undefined ? {} : { databaseUrl });
    for (const id of ['p1', 'p2']) {
      await hospital.admit(id);
      const patient = await hospital.patient(id);
      await patient.agree();
      await patient.send([await patient.sealReading(1), await patient.sealReading(2)]);
      await patient.send([await patient.sealReading(3)]);
      p2 = patient;
    }
    await hospital.halt();
    // The honest store first.
    expect(await checkStore(hospital.store)).toEqual({ sound: 6, gone: 0, beforeLog: 0, findings: [] });
  });
  afterEach(() => hospital.remove());

  const newest = async () => {
    const { store } = hospital;
    return store.database.selectFrom('readings').selectAll().orderBy('number', 'desc').executeTakeFirstOrThrow();
  };

  test.each(['payload', 'measured_at', 'received_at', 'patient'] as const)(
    'a reading whose %s was edited by hand is named',
    async (column) => {
      const { number, payload, measured_at, received_at } = await newest();
      const change = {
        payload: { payload: new Uint8Array([...payload].reverse()) },
        measured_at: { measured_at: measured_at + 60_000 },
        received_at: { received_at: received_at - 1 },
        patient: { patient: 1 },
      }[column];
      await hospital.store.database.updateTable('readings').set(change).where('number', '=', number).execute();
      const { findings } = await checkStore(hospital.store);
      expect(findings).toMatchObject([
        {
          damage: 'edited',
          line: expect.stringMatching(/^reading 3 of urn:vitalseal:sensor:\S+ for urn:vitalseal:patient:p2 /),
        },
      ]);
    },
  );

  test('several of one run that were edited are each named, and their neighbours are sound', async () => {
    const { stream } = await newest();
    const { database } = hospital.store;
    await database
      .updateTable('readings')
      .set({ payload: new Uint8Array(100) })
      .where('stream', '=', stream)
      .where('sequence', '!=', 2)
      .execute();
    const { findings, sound } = await checkStore(hospital.store);
    expect(findings.map(({ damage, line }) => `${damage} ${line.split(' of ')[0]}`)).toEqual([
      'edited reading 1',
      'edited reading 3',
    ]);
    expect(sound).toBe(4);
  });

  test('two readings that were exchanged are both named', async () => {
    const { stream } = await newest();
    const { database } = hospital.store;
    const rows = await database.selectFrom('readings').selectAll().where('stream', '=', stream).execute();
    const [one, two] = rows;
    for (const [row, other] of [
      [one, two],
      [two, one],
    ]) {
      const payload = other?.payload ?? new Uint8Array();
      await database.updateTable('readings').set({ payload }).where('number', '=', Number(row?.number)).execute();
    }
    const { findings } = await checkStore(hospital.store);
    expect(findings.map(({ damage }) => damage)).toEqual(['edited', 'edited']);
  });

  test('a record that was sealed anew under the key of its channel is found, as one of its run', async () => {
    const { stream } = await newest();
    const { database } = hospital.store;
    const row = await database
      .selectFrom('readings')
      .selectAll()
      .where('stream', '=', stream)
      .where('sequence', '=', 2)
      .executeTakeFirstOrThrow();
    const { secrets } = p2;
    await p2.use(secrets, 1);
    const payload = await p2.sealReading(2, { pulse: 99 }, row.measured_at);
    expect(payload).not.toEqual(row.payload);
    await database.updateTable('readings').set({ payload }).where('number', '=', row.number).execute();
    const { findings } = await checkStore(hospital.store);
    expect(findings).toMatchObject([
      { damage: 'edited', entry: expect.any(Number), line: expect.stringMatching(/^reading 1 of .* up to 2, .*anew/) },
    ]);
  });

  test('a reading that was removed by hand is named, and the entry that tells of it', async () => {
    const { number } = await newest();
    await hospital.store.database.deleteFrom('readings').where('number', '=', number).execute();
    const { findings, sound } = await checkStore(hospital.store);
    expect(sound).toBe(5);
    expect(findings).toMatchObject([
      { damage: 'removed', entry: expect.any(Number), line: expect.stringContaining('reading 3') },
    ]);
  });

  test('a reading that was added by hand is named', async () => {
    const { number: _number, ...row } = await newest();
    await hospital.store.database
      .insertInto('readings')
      .values({ ...row, sequence: 77 })
      .execute();
    const { findings } = await checkStore(hospital.store);
    expect(findings).toMatchObject([
      { damage: 'added', line: expect.stringContaining('reading 77 of urn:vitalseal:sensor:') },
    ]);
  });

  test('a stream that was given to another patient is named', async () => {
    await hospital.store.database.updateTable('streams').set({ patient: 1 }).where('patient', '!=', 1).execute();
    const { findings } = await checkStore(hospital.store);
    expect(findings).toMatchObject([{ damage: 'edited', line: expect.stringContaining('urn:vitalseal:patient:p2') }]);
  });

  describe('the key that opens the readings of a channel', () => {
    const keys = () => hospital.store.database.selectFrom('reading_keys').selectAll().orderBy('patient').execute();
    const ofP2 = (what: string) =>
      expect.stringMatching(new RegExp(`^the key of channel [0-9a-f]{16} of urn:vitalseal:patient:p2 ${what}`));
    const p2Number = async () => (await hospital.store.patients.find('p2'))?.number ?? -1;

    test('that was removed by hand is named', async () => {
      await hospital.store.database
        .deleteFrom('reading_keys')
        .where('patient', '=', await p2Number())
        .execute();
      const { findings, sound } = await checkStore(hospital.store);
      expect(findings).toMatchObject([{ damage: 'removed', line: ofP2('was removed') }]);
      // The readings themselves are as the log has them.
      expect(sound).toBe(6);
    });

    test.each(['altered', 'of another patient', 'of nobody', 'cut'])('and is %s is named', async (which) => {
      const [p1, own] = await keys();
      const altered = new Uint8Array(own?.secrets ?? []);
      altered[40] = (altered[40] ?? 0) ^ 1;
      const secrets = {
        altered,
        'of another patient': p1?.secrets ?? new Uint8Array(),
        'of nobody': new Uint8Array(64),
        cut: (own?.secrets ?? new Uint8Array()).slice(0, 20),
      }[which];
      const { database } = hospital.store;
      await database
        .updateTable('reading_keys')
        .set({ secrets: secrets ?? new Uint8Array() })
        .where('patient', '=', await p2Number())
        .execute();
      expect((await checkStore(hospital.store)).findings).toMatchObject([
        { damage: 'edited', line: ofP2('does not open in its place') },
      ]);
    });

    test('that was put beside those of others is named', async () => {
      const [p1] = await keys();
      const channel = new Uint8Array(8).fill(7);
      const row = { patient: await p2Number(), channel, through: 8e15, secrets: p1?.secrets ?? new Uint8Array() };
      await hospital.store.database.insertInto('reading_keys').values(row).execute();
      const { findings, sound } = await checkStore(hospital.store);
      expect(findings).toMatchObject([{ damage: 'edited', line: ofP2('does not open in its place') }]);
      expect(sound).toBe(6);
    });

    test('that retention would remove before its readings is named', async () => {
      await hospital.store.database
        .updateTable('reading_keys')
        .set({ through: 1 })
        .where('patient', '=', await p2Number())
        .execute();
      expect((await checkStore(hospital.store)).findings).toMatchObject([
        { damage: 'edited', line: ofP2('is kept for less long') },
      ]);
    });

    test('is named where what would open it was removed', async () => {
      const { store } = hospital;
      await store.database
        .deleteFrom('data_keys')
        .where('owner', '=', await p2Number())
        .execute();
      store.sealing.keys.forgetAll(await p2Number());
      expect((await checkStore(store)).findings).toMatchObject([
        { damage: 'added', line: ofP2('is there, and what would open it is not') },
      ]);
    });

    test('is told apart from a reading that was edited as well', async () => {
      const { stream } = await newest();
      await hospital.store.database
        .deleteFrom('reading_keys')
        .where('patient', '=', await p2Number())
        .execute();
      await hospital.store.database
        .updateTable('readings')
        .set({ received_at: 1 })
        .where('stream', '=', stream)
        .where('sequence', '=', 3)
        .execute();
      const { findings } = await checkStore(hospital.store);
      expect(findings.map(({ damage }) => damage).toSorted()).toEqual(['edited', 'removed']);
    });
  });

  test('says how far it has come', async () => {
    const told: number[] = [];
    await checkStore(hospital.store, (looked) => told.push(looked));
    expect(told.at(-1)).toBe(6);
  });

  test('a patient who is erased is missed by nobody, and the log still verifies', async () => {
    const { store } = hospital;
    await store.patients.discharge('p1', Date.now());
    await erasePatient(store, 'p1', { actor: 'operator:root', at: Date.now() });
    expect(await checkStore(store)).toEqual({ sound: 3, gone: 3, beforeLog: 0, findings: [] });
    const keeper = new LogKeeper({ store, key: () => hospital.keys.keyStore.auditKey });
    const { size } = await keeper.sign();
    const lines = exportLog(store, { until: size, key: await keeper.noteKey() });
    expect(await verifyExport(lines)).toMatchObject({ provenSize: size, finding: undefined });
  });

  test('readings that come meanwhile are no finding', async () => {
    await hospital.serve();
    const patient = await hospital.patient('p1');
    await patient.agree();
    let sequence = 100;
    const oneMore: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        await patient.send([await patient.sealReading(sequence++)]);
        return result;
      },
    };
    const { store } = hospital;
    const busy = { ...store, database: store.database.withPlugin(oneMore) };
    expect((await checkStore(busy)).findings).toEqual([]);
    expect(sequence).toBeGreaterThan(102);
    expect((await checkStore(store)).sound).toBe(6 + sequence - 100);
  });

  test('of an erasure that is under way nothing is found', async () => {
    const { store } = hospital;
    const patient = (await store.patients.find('p1'))?.number ?? -1;
    await store.transaction(async (db) => {
      await store.dataKeys.erase(db, patient);
      await store.readingKeys.erase(db, patient);
      const row = await db
        .deleteFrom('readings')
        .where('patient', '=', patient)
        .where('sequence', '=', 1)
        .returning(['stream', 'sequence'])
        .executeTakeFirstOrThrow();
      const what = { streams: [[row.stream, row.sequence, row.sequence]] };
      store.audit.append(db, { kind: 'readings-removed', actor: 'operator:root', what });
    });
    store.sealing.keys.forgetAll(patient);
    expect(await checkStore(store)).toEqual({ sound: 5, gone: 1, beforeLog: 0, findings: [] });
    await store.database.updateTable('readings').set({ received_at: 1 }).where('sequence', '=', 3).execute();
    expect((await checkStore(store)).findings).toMatchObject([{ damage: 'edited' }, { damage: 'edited' }]);
  });

  test('a reading that went as the log says is not missed', async () => {
    const { number, stream, sequence } = await newest();
    await hospital.store.transaction(async (db) => {
      await db.deleteFrom('readings').where('number', '=', number).execute();
      const what = { streams: [[stream, sequence, sequence]] };
      hospital.store.audit.append(db, { kind: 'readings-removed', actor: 'operator:root', what });
    });
    expect(await checkStore(hospital.store)).toEqual({ sound: 5, gone: 1, beforeLog: 0, findings: [] });
  });
});
