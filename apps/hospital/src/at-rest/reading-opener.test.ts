import { recordHash } from '@vitalseal/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formerReading } from '../testing/former-reading.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { TestHospital } from '../testing/test-hospital.ts';
import type { TestPatient } from '../testing/test-patient.ts';
import { erasePatient } from './erase-patient.ts';
import { enforceRetention, setRetention } from './retention.ts';
import { isSealedValue } from './sealed-value.ts';

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

const day = 86_400_000;

describe.each(['SQLite', 'PostgreSQL'])('a reading in the store on %s', (name) => {
  let hospital: TestHospital;
  let patient: TestPatient;
  let record: Uint8Array<ArrayBuffer>;

  beforeEach(async () => {
    const databaseUrl = name === 'SQLite' ? undefined : await postgresql.createDatabase();
    hospital = await TestHospital.start(databaseUrl === undefined ? {} : { databaseUrl });
    await hospital.admit('p1');
    patient = await hospital.patient('p1');
    await patient.agree();
    record = await patient.sealReading(7);
    const { acknowledgement } = await patient.send([record]);
    expect(acknowledgement?.results).toMatchObject([{ outcome: 'stored', recordHash: await recordHash(record) }]);
    await hospital.halt();
  });
  afterEach(() => hospital.remove());

  const rows = () => hospital.store.database.selectFrom('readings').selectAll().orderBy('number').execute();
  const keys = () => hospital.store.database.selectFrom('reading_keys').selectAll().execute();
  const payloads = async (patientNumber = 1) =>
    (await hospital.store.readings.between(hospital.store.database, patientNumber, 0, 1e15, 100)).map(
      ({ payload }) => payload.length > 0,
    );

  test('is the record that was acknowledged, and its key seals nothing of the hospital', async () => {
    expect((await rows()).map(({ payload }) => Buffer.from(payload))).toEqual([Buffer.from(record)]);
    expect(await payloads()).toEqual([true]);
    const [key] = await keys();
    expect(isSealedValue(key?.secrets ?? new Uint8Array())).toBe(true);
    const { store } = hospital;
    const [row] = await store.readings.latest(store.database, 1, 1);
    expect(row).toMatchObject({ sequence: 7 });
    // What was measured is in neither as it is.
    for (const bytes of [record, key?.secrets ?? new Uint8Array()])
      expect(Buffer.from(bytes).includes(Buffer.from(row?.payload.subarray(0, 16) ?? []))).toBe(false);
  });

  test.each([
    ['under another number', { sequence: 8 }],
    ['at another time', { measured_at: 5 }],
    ['of another sensor', { stream: 2 }],
    ['of another patient', { patient: 2 }],
  ])('does not open where it was copied, as one %s', async (_what, change) => {
    const { store } = hospital;
    await hospital.admit('p2');
    const other = { patient: 1, source: 'urn:vitalseal:sensor:another', channel: patient.sensorChannel };
    expect(await store.streams.numberOf(store.database, other)).toBe(2);
    const [{ number: _number, ...row } = { number: 0 }] = await rows();
    await store.database
      .insertInto('readings')
      .values({ ...(row as Awaited<ReturnType<typeof rows>>[number]), sequence: 9, ...change })
      .execute();
    await store.sealing.ready(store.database, [1, 2]);
    const copied = (await rows()).at(-1);
    const opened = await store.readings.storedAfter(store.database, (copied?.number ?? 1) - 1, 1);
    expect(opened.map(({ payload }) => payload.length)).toEqual([0]);
  });

  test('of the former release opens beside it', async () => {
    const { store } = hospital;
    const row = { stream: 1, sequence: 6, patient: 1, measured_at: 1, received_at: 2, payload: Uint8Array.of(1, 2) };
    await store.sealing.ready(store.database, [1]);
    await store.transaction((db) => store.readings.insert(db, [formerReading(store, row)]));
    expect(await payloads()).toEqual([true, true]);
  });

  test('is opened by nobody once its patient is erased, and the key of its channel is gone', async () => {
    const { store } = hospital;
    await store.patients.discharge('p1', Date.now());
    await erasePatient(store, 'p1', { actor: 'operator:t', at: Date.now() });
    expect(await keys()).toEqual([]);
    expect(await rows()).toEqual([]);
    // Of its channels neither: they lie under the hospital's own key.
    expect(await store.database.selectFrom('channels').selectAll().execute()).toEqual([]);
  });

  test('that comes on a channel of before an erasure is not taken, though its patient is back', async () => {
    await hospital.serve();
    const { store } = hospital;
    const again = await hospital.patient('p1');
    await again.use(patient.secrets, 50);
    expect((await again.send([await again.sealReading(8)])).unanswered).toEqual([]);
    await store.patients.discharge('p1', Date.now());
    await erasePatient(store, 'p1', { actor: 'operator:t', at: Date.now() });
    await hospital.admit('p1');
    // Until the hospital has looked, it knows of neither.
    await expect
      .poll(async () => (await again.send([await again.sealReading(9)])).unanswered, { timeout: 10_000, interval: 200 })
      .toEqual([[0, 'channel-unknown']]);
    expect(await keys()).toEqual([]);
    await again.agree();
    expect((await again.send([await again.sealReading(10)])).acknowledgement?.results).toMatchObject([
      { outcome: 'stored' },
    ]);
    expect((await payloads()).at(-1)).toBe(true);
  });

  test('keeps its key as long as readings of its channel may be kept, and no longer', async () => {
    const { store, dataDir, keys: own } = hospital;
    await setRetention(store, { readings: 10, discharged: null }, 'operator:t');
    const wrappingKeys = await own.keyStore.wrappingKeys();
    const enforce = (days: number) => enforceRetention(store, Date.now() + days * day, { dataDir, wrappingKeys });
    expect(await enforce(9)).toMatchObject({ readings: 0 });
    expect(await payloads()).toEqual([true]);
    expect(await enforce(10.5)).toMatchObject({ readings: 1 });
    // One more might have come a day later.
    expect(await keys()).toHaveLength(1);
    await enforce(11.5);
    expect(await keys()).toEqual([]);
  });

  test('that comes a day later lengthens the time of its key', async () => {
    const [before] = await keys();
    await hospital.store.database.updateTable('reading_keys').set({ through: 5 }).execute();
    await hospital.serve();
    const again = await hospital.patient('p1');
    await again.use(patient.secrets, 50);
    await again.send([await again.sealReading(8)]);
    const [after] = await keys();
    expect(after?.through).toBeGreaterThanOrEqual(before?.through ?? Number.POSITIVE_INFINITY);
    expect(after?.secrets).toEqual(before?.secrets);
    expect(await payloads()).toEqual([true, true]);
  });
});
