import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEstClient, createRequest, encodePem, generateKeyPair } from '@vitalseal/certifying-authority';
import { formatIdentity } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Hospital, startHospital } from '../hospital.ts';
import { enrolHospital } from '../keys/enrol-hospital.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { openHospitalStore } from '../store/open-hospital-store.ts';
import { type EstAuthority, startEstAuthority } from '../testing/est-authority.ts';
import { TestClinician } from '../testing/test-clinician.ts';
import { TestPatient } from '../testing/test-patient.ts';

const identity = { role: 'hospital', id: 'h1' } as const;
const patientIdentity = { role: 'patient', id: 'p1' } as const;
const doctorIdentity = { role: 'doctor', id: 'd1' } as const;

let ca: EstAuthority;
let dataDir: string;
let hospital: Hospital;

beforeEach(async () => {
  ca = await startEstAuthority();
  dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-revocation-'));
  const { code } = await ca.authority.invite({ identity, serverNames: ['localhost', '127.0.0.1'] });
  await enrolHospital({
    dataDir,
    authorityUrl: ca.url,
    rootFingerprint: ca.authority.rootFingerprint,
    identity,
    code,
    serverNames: ['localhost', '127.0.0.1'],
    keys: { kind: 'software' },
  });
  const store = await openHospitalStore({ dataDir });
  await store.patients.admit({ identity: 'p1', name: 'A', bed: '', policy: null, at: 1 });
  const person = { identity: formatIdentity(doctorIdentity), role: 'doctor', name: 'D', tier: 1, on_call: 1 };
  await store.people.register(person);
  await store.close();
  await serve();
});
afterEach(async () => {
  await hospital.stop();
  await ca.close();
  rmSync(dataDir, { recursive: true });
});

async function serve(): Promise<void> {
  const keys = await readHospitalKeys(dataDir);
  hospital = await startHospital({ dataDir, keys, authorityUrl: ca.url });
}

async function patient(): Promise<TestPatient> {
  const credential = await ca.enrol(patientIdentity);
  const root = ca.authority.rootCertificate;
  const rootPem = encodePem('CERTIFICATE', root);
  const url = hospital.devicesUrl;
  return new TestPatient({ url, identity: patientIdentity, hospital: identity, credential, root, rootPem });
}

test('a patient whose certificate is revoked is cut off at once, and stays so after a restart without the authority', async () => {
  const p1 = await patient();
  await p1.agree();
  expect((await p1.send([await p1.sealReading(1)])).acknowledgement?.results).toHaveLength(1);
  await ca.authority.revoke({ identity: patientIdentity });
  await expect
    .poll(async () => (await p1.send([await p1.sealReading(2)])).unanswered)
    .toEqual([[0, 'channel-unknown']]);
  await expect(p1.agree()).rejects.toMatchObject({ code: 'peer-refused' });

  await hospital.stop();
  await ca.close();
  await serve();
  Object.assign(p1.options, { url: hospital.devicesUrl });
  await expect(p1.agree()).rejects.toMatchObject({ code: 'peer-refused' });
  expect((await p1.send([await p1.sealReading(3)])).unanswered).toEqual([[0, 'channel-unknown']]);
  p1.close();
});

test('a doctor whose certificate is revoked loses the live feed', async () => {
  const credential = await ca.enrol(doctorIdentity);
  const root = ca.authority.rootCertificate;
  const url = hospital.peopleUrl;
  const d1 = new TestClinician({ url, identity: doctorIdentity, hospital: identity, credential, root });
  await d1.agree();
  await d1.listen();
  await ca.authority.revoke({ identity: doctorIdentity });
  await d1.ended();
  await expect(d1.listen()).rejects.toThrow('HTTP status 401');
  await expect(d1.agree()).rejects.toMatchObject({ code: 'peer-refused' });
});

test("a page enrols through the hospital's own origin, once, and the revocation list comes the same way", async () => {
  const client = createEstClient({ url: hospital.peopleUrl, fetch: globalThis.fetch });
  expect(await client.cacerts()).toHaveLength(2);
  const { code } = await ca.authority.invite({ identity: doctorIdentity });
  const keyPair = await generateKeyPair({ extractable: false });
  const csr = await createRequest(keyPair, doctorIdentity);
  expect((await client.simpleEnroll(csr, { identity: doctorIdentity, code })).length).toBeGreaterThan(100);
  const other = await createRequest(await generateKeyPair({ extractable: false }), doctorIdentity);
  const again = client.simpleEnroll(other, { identity: doctorIdentity, code });
  await expect(again).rejects.toMatchObject({ code: 'activation-code-used' });
  expect((await client.crl())?.length).toBeGreaterThan(50);
});

test('while the authority is away the hospital serves, says so to a page, and enrols no one', async () => {
  const p1 = await patient();
  await ca.close();
  await p1.agree();
  expect((await p1.send([await p1.sealReading(1)])).acknowledgement?.results).toHaveLength(1);
  const answer = await fetch(new URL('/.well-known/est/cacerts', hospital.peopleUrl));
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ code: 'authority-unreachable' });
  p1.close();
  ca = await startEstAuthority();
});
