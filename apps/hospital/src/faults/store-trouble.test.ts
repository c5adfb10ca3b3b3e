import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCbor } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openHospitalStore } from '../store/open-hospital-store.ts';
import { HospitalProcess, writeHospitalFolder } from '../testing/hospital-process.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { makeTestAuthority } from '../testing/test-authority.ts';
import { TestHospital, testHospitalIdentity } from '../testing/test-hospital.ts';
import { type RecordsResult, TestPatient } from '../testing/test-patient.ts';

const outcomes = ({ acknowledgement }: RecordsResult) => acknowledgement?.results.map(({ outcome }) => outcome);

/** Sends until the hospital takes it again, as an outbox does. */
async function untilTaken(patient: TestPatient, records: Uint8Array<ArrayBuffer>[]): Promise<RecordsResult> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const result = await patient.send(records);
    if (result.status === 200) return result;
    expect(result).toMatchObject({ status: 503, acknowledgement: undefined });
    if (Date.now() > deadline) throw new Error('expected the hospital to recover');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test('on a full disk nothing is acknowledged and nothing changed, and with more room it is all taken', async () => {
  const hospital = await TestHospital.start({ maxPages: 300 });
  await hospital.admit('p1');
  const patient = await hospital.patient('p1');
  await patient.agree();
  let sequence = 0;
  const acknowledged: number[] = [];
  let full = false;
  let refused: Uint8Array<ArrayBuffer>[] = [];
  while (!full && sequence < 20_000) {
    const first = sequence;
    const records = [];
    for (let index = 0; index < 200; index++) records.push(await patient.sealReading(sequence++));
    const result = await patient.send(records);
    if (result.status === 200) acknowledged.push(first);
    else {
      full = true;
      expect(result).toMatchObject({ status: 503, acknowledgement: undefined });
      refused = records;
    }
  }
  expect(full).toBe(true);
  const answer = await patient.post('/records', 'application/cbor', Uint8Array.of(0x81, 0x41, 0));
  expect(answer.status).toBe(200);
  expect((await hospital.store.counts()).stored).toBe(acknowledged.length * 200);
  // A reader still reads: nothing that was there is lost.
  const health = await fetch(new URL('/healthz', hospital.running.peopleUrl));
  expect(health.status).toBe(200);

  await hospital.halt();
  await hospital.serve({ maxPages: 100_000 });
  const url = hospital.running.devicesUrl;
  Object.assign(patient.options, { url });
  const again = await untilTaken(patient, refused);
  expect(new Set(outcomes(again))).toEqual(new Set(['stored']));
  expect((await hospital.store.counts()).stored).toBe(acknowledged.length * 200 + refused.length);
  await hospital.remove();
});

test('when files can grow no more nothing is acknowledged, and the hospital goes on by itself when they can', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-full-'));
  const authority = await makeTestAuthority();
  await writeHospitalFolder(dataDir, await authority.hospitalKeys(testHospitalIdentity), 'https://127.0.0.1:9');
  const store = await openHospitalStore({ dataDir });
  await store.patients.admit({ identity: 'p1', name: 'A', bed: '', policy: null, at: Date.now() });
  const serving = await HospitalProcess.serve(dataDir);
  onTestFinished(async () => {
    await serving.signal('SIGKILL');
    rmSync(dataDir, { recursive: true });
  });
  const identity = { role: 'patient', id: 'p1' } as const;
  const { root, rootPem } = authority;
  const credential = await authority.enrol(identity);
  const url = serving.at.devicesUrl;
  const patient = new TestPatient({ url, identity, hospital: testHospitalIdentity, credential, root, rootPem });
  await patient.agree();
  serving.limitFileSize(1_500_000);
  let sequence = 0;
  let acknowledged = 0;
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  while (waiting.length === 0 && sequence < 50_000) {
    const records = [];
    for (let index = 0; index < 200; index++) records.push(await patient.sealReading(sequence++));
    const result = await patient.send(records);
    if (result.status === 200) acknowledged += 200;
    else waiting = records;
  }
  expect(waiting).toHaveLength(200);
  expect(await patient.send(waiting)).toMatchObject({ status: 503, acknowledgement: undefined });
  serving.limitFileSize('unlimited');
  expect(new Set(outcomes(await untilTaken(patient, waiting)))).toEqual(new Set(['stored']));
  expect(await store.counts()).toMatchObject({ stored: acknowledged + 200, duplicates: 0, refused: 0 });
  patient.close();
  await store.close();
});

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

test('while PostgreSQL is stopped nothing is acknowledged, and the hospital goes on by itself when it is back', async () => {
  const databaseUrl = await postgresql.createDatabase();
  const hospital = await TestHospital.start({ databaseUrl });
  await hospital.admit('p1');
  const patient = await hospital.patient('p1');
  await patient.agree();
  expect(outcomes(await patient.send([await patient.sealReading(1)]))).toEqual(['stored']);

  postgresql.halt();
  const records = [await patient.sealReading(2), await patient.sealReading(3)];
  const answer = await patient.send(records);
  expect(answer).toMatchObject({ status: 503, acknowledgement: undefined });
  const health = await fetch(new URL('/healthz', hospital.running.peopleUrl));
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({ ok: false, store: { ok: false } });
  await expect(patient.agree()).rejects.toMatchObject({ code: 'peer-refused' });

  postgresql.start();
  await patient.use(patient.secrets, 100);
  const again = await untilTaken(patient, records);
  expect(outcomes(again)).toEqual(['stored', 'stored']);
  expect(outcomes(await patient.send(records))).toEqual(['duplicate', 'duplicate']);
  expect(await hospital.store.counts()).toMatchObject({ stored: 3, refused: 0 });
  await hospital.remove();
});

test('the answer to a device while the store is down says when to come again', async () => {
  const databaseUrl = await postgresql.createDatabase();
  const hospital = await TestHospital.start({ databaseUrl });
  await hospital.admit('p1');
  const patient = await hospital.patient('p1');
  await patient.agree();
  postgresql.halt();
  const answer = await patient.post('/records', 'application/cbor', encodeCbor([await patient.sealReading(1)]));
  expect(answer.status).toBe(503);
  expect(Number(answer.retryAfter)).toBeGreaterThan(0);
  expect(JSON.parse(Buffer.from(answer.body).toString())).toEqual({ code: 'store-unavailable' });
  postgresql.start();
  await hospital.remove();
});
