import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openHospitalStore } from '../store/open-hospital-store.ts';
import { HospitalProcess, writeHospitalFolder } from '../testing/hospital-process.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { spo2LowAtOnce } from '../testing/rules-at-once.ts';
import { makeTestAuthority } from '../testing/test-authority.ts';
import { testHospitalIdentity } from '../testing/test-hospital.ts';
import { TestOutbox } from '../testing/test-outbox.ts';
import { TestPatient } from '../testing/test-patient.ts';

const seed = Number(process.env.VITALSEAL_SEED ?? Date.now() % 1_000_000);

/** One reading of spo2 under 85 raises. */
const policy = JSON.stringify({
  rules: [spo2LowAtOnce],
});

/** Mulberry32. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let postgresql: PrivatePostgresql;
beforeAll(() => {
  postgresql = startPrivatePostgresql();
});
afterAll(() => postgresql.remove());

describe.each([
  ['SQLite', 20, async () => undefined],
  ['PostgreSQL', 5, () => postgresql.createDatabase()],
])('the hospital on %s, killed %i times at random in the middle of a load', (_name, kills, makeDatabase) => {
  test(`has every measured reading exactly once and raised one alarm (seed ${seed})`, {
    timeout: 300_000,
  }, async () => {
    const random = randomFrom(seed);
    const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-kill-'));
    const databaseUrl = await makeDatabase();
    const authority = await makeTestAuthority();
    await writeHospitalFolder(dataDir, await authority.hospitalKeys(testHospitalIdentity), 'https://127.0.0.1:9');
    const store = await openHospitalStore({ dataDir, databaseUrl });
    const database = databaseUrl === undefined ? [] : ['--database-url', databaseUrl];
    const ids = ['p0', 'p1', 'p2', 'p3'];
    for (const id of ids) await store.patients.admit({ identity: id, name: id, bed: '', policy, at: Date.now() });

    let over = false;
    let serving = await HospitalProcess.serve(dataDir, database);
    onTestFinished(async () => {
      over = true;
      await serving.signal('SIGKILL');
    });
    const port = new URL(serving.at.devicesUrl).port;
    const patients = await Promise.all(
      ids.map(async (id) => {
        const identity = { role: 'patient', id } as const;
        const credential = await authority.enrol(identity);
        const { root, rootPem } = authority;
        const url = serving.at.devicesUrl;
        const patient = new TestPatient({ url, identity, hospital: testHospitalIdentity, credential, root, rootPem });
        await patient.agree();
        // The first patient is in an emergency all the while.
        return { patient, outbox: new TestOutbox(patient, id === 'p0' ? { spo2: 70 } : { spo2: 98, pulse: 70 }) };
      }),
    );
    const load = patients.map(async ({ outbox }) => {
      while (!over || outbox.waiting > 0) {
        if (!over) for (let index = 0; index < 3; index++) await outbox.measure();
        await outbox.send(1 + Math.floor(random() * 20));
        await wait(1);
      }
    });
    for (let kill = 0; kill < kills; kill++) {
      await wait(20 + random() * 300);
      await serving.signal('SIGKILL');
      serving = await HospitalProcess.serve(dataDir, [...database, '--devices-port', port]);
    }
    over = true;
    await Promise.all(load);

    const measured = patients.reduce((sum, { outbox }) => sum + outbox.measured, 0);
    const acknowledged = patients.reduce((sum, { outbox }) => sum + outbox.acknowledged.size, 0);
    const counts = await store.counts();
    expect({ acknowledged, stored: counts.stored, refused: counts.refused }).toEqual({
      acknowledged: measured,
      stored: measured,
      refused: 0,
    });
    // On a machine that is slow enough, the call that no crew took has become another alarm by now.
    await store.patients.all();
    const alarms = await store.database.selectFrom('alarms').select('id').execute();
    const rules = await Promise.all(alarms.map(async ({ id }) => (await store.alarms.find(id))?.rule));
    expect(rules.filter((rule) => rule === spo2LowAtOnce.id)).toHaveLength(1);
    expect(patients.reduce((sum, { outbox }) => sum + outbox.retries, 0)).toBeGreaterThan(0);

    expect(await serving.signal('SIGTERM')).toBe(0);
    for (const { patient } of patients) patient.close();
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
});
