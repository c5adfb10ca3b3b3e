import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Hospital, startHospital } from '../hospital.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { makeTestAuthority, type TestAuthority } from '../testing/test-authority.ts';
import { TestPatient } from '../testing/test-patient.ts';

const hospitalIdentity = { role: 'hospital', id: 'h1' } as const;
const identity = { role: 'patient', id: 'p1' } as const;
const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-records-'));
let authority: TestAuthority;
let hospital: Hospital;
let store: Store;
let patient: TestPatient;

beforeAll(async () => {
  authority = await makeTestAuthority();
  store = await openStore({ dataDir });
  await store.patients.admit({ identity: identity.id, name: 'A', bed: '1', policy: null, at: 1 });
  hospital = await startHospital({ dataDir, keys: await authority.hospitalKeys(hospitalIdentity) });
  patient = new TestPatient({
    url: hospital.devicesUrl,
    identity,
    hospital: hospitalIdentity,
    credential: await authority.enrol(identity),
    root: authority.root,
    rootPem: authority.rootPem,
  });
  await patient.agree();
});
afterAll(async () => {
  patient.close();
  await hospital.stop();
  await store.close();
  rmSync(dataDir, { recursive: true });
});

test('records are stored and each is acknowledged under seal by its hash', async () => {
  const records = [await patient.sealReading(1), await patient.sealReading(2)];
  const { status, acknowledgement, unanswered } = await patient.send(records);
  expect(status).toBe(200);
  expect(unanswered).toEqual([]);
  expect(acknowledgement?.results.map(({ outcome }) => outcome)).toEqual(['stored', 'stored']);
  expect((await store.counts()).stored).toBe(2);
});
