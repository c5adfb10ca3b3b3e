import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decimal, encodeStep2Message, type Identity, mdc, mdcUnit, type Step2Message } from '@vitalseal/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openStore, type Store } from '../store/open-store.ts';
import { formerReading } from '../testing/former-reading.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { testWrappingKeys } from '../testing/test-wrapping-keys.ts';
import { commitMoment } from './moment.ts';
import { Ward } from './ward.ts';
import type { WardEvent } from './ward-event.ts';

const hospital: Identity = { role: 'hospital', id: 'h1' };
const start = Date.UTC(2026, 0, 1);
const onProblem = (error: unknown) => {
  throw error;
};
const timestamp = (utcMs: number) => ({ utcMs, offsetMinutes: 0 });
const rule = { ...spo2LowAtOnce, dispatch: true };
const reading: Step2Message = {
  sender: { role: 'patient', id: 'p1' },
  recipient: hospital,
  sentAt: timestamp(start),
  reading: {
    origin: { source: { role: 'sensor', id: 's1' }, channel: new Uint8Array(8), sequence: 1 },
    measuredAt: timestamp(start),
    measurements: [{ code: mdc.pulseOximetrySaturation, unit: mdcUnit.percent, value: decimal(80, 0) }],
  },
};

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

async function opened(databaseUrl: string | undefined): Promise<Store> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-unknown-'));
  const store = await openStore({ dataDir, databaseUrl, wrappingKeys: testWrappingKeys });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  await store.patients.admit({
    identity: 'p1',
    name: 'A',
    bed: '',
    policy: JSON.stringify({ rules: [rule] }),
    at: start,
  });
  return store;
}

async function wardOf(store: Store): Promise<{ ward: Ward; events: WardEvent[] }> {
  const ward = await Ward.load({ store, hospital, timestamp, isWatched: () => false, callsOf: () => [], onProblem });
  const events: WardEvent[] = [];
  ward.listen((told) => events.push(...told));
  return { ward, events };
}

/** Takes the reading in, in a transaction of `through`. */
async function takeIn(store: Store, ward: Ward, through: Store['transaction']): Promise<void> {
  await commitMoment({ store: { ...store, transaction: through }, ward, now: () => start }, async (moment) => {
    const patient = ward.numberOf('p1') ?? -1;
    const { channel, sequence } = reading.reading.origin;
    const stream = await store.streams.numberOf(moment.db, { patient, source: 's', channel });
    const row = { stream, sequence, patient, measured_at: start, received_at: start };
    for (const { number } of await store.readings.insert(moment.db, [
      formerReading(store, { ...row, payload: encodeStep2Message(reading) }),
    ])) {
      moment.ward.observe({ number, stream: 1, patient, message: reading });
    }
  });
}

describe.each([
  ['SQLite', async () => undefined],
  ['PostgreSQL', () => postgresql.createDatabase()],
])('a commit on %s that stands though the hospital was not told so', (_name, makeDatabase) => {
  test('calls doctors and crews as soon as the hospital has read what it did', async () => {
    const store = await opened(await makeDatabase());
    const { ward, events } = await wardOf(store);
    const lost = takeIn(store, ward, async (work) => {
      await store.transaction(work);
      throw new Error('connection lost at COMMIT');
    });
    await expect(lost).rejects.toThrow('connection lost');
    expect(events).toEqual([]);

    await ward.recall();
    expect(ward.admitted()[0]?.alarms.get('spo2-low')?.alarm.state).toBe('raised');
    expect(events.map(({ type }) => type)).toEqual(['patient', 'dispatch', 'delivery']);
  });
});

test('a commit that PostgreSQL ends only after its client has gone is waited for', async () => {
  const store = await opened(await postgresql.createDatabase());
  const { ward, events } = await wardOf(store);
  const written = Promise.withResolvers<void>();
  const ending = Promise.withResolvers<void>();
  let commit: Promise<unknown> = Promise.resolve();
  const lost = takeIn(store, ward, async (work) => {
    commit = store.transaction(async (db) => {
      await work(db);
      written.resolve();
      await ending.promise;
    });
    await written.promise;
    throw new Error('no answer in time');
  });
  await expect(lost).rejects.toThrow('no answer in time');
  const recalled = ward.recall();
  const waiting = async () => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from pg_locks where not granted`.execute(
      store.database,
    );
    return rows[0]?.n;
  };
  await Promise.race([recalled, expect.poll(waiting, { timeout: 10_000 }).toBe(1)]);
  expect(events).toEqual([]);
  ending.resolve();
  await Promise.all([commit, recalled]);
  expect(ward.admitted()[0]?.alarms.get('spo2-low')?.alarm.state).toBe('raised');
});
