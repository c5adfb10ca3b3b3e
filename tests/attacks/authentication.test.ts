// Table II, authentication: at every hop both sides prove who they are before anything is said, and a certificate alone,
// a key alone, a code alone or nothing at all is no proof.

import { join } from 'node:path';
import { readHospitalKeys } from '@vitalseal/app-hospital';
import {
  createRequest,
  createRoot,
  decodePem,
  generateKeyPair,
  importPrivateKey,
  ownCredential,
} from '@vitalseal/certifying-authority';
import { connectEst } from '@vitalseal/certifying-authority/node';
import { type Bytes, encodeDoctorToHospital, type Identity } from '@vitalseal/protocol';
import { InitiatingSensor } from '@vitalseal/secure-element/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Impostor } from './impostor.fixture.ts';
import { asDevice, asPerson, initiate } from './initiator.fixture.ts';
import { PatientInHand, refusalOf } from './patient-in-hand.fixture.ts';
import { type Certified, identities, soon, Ward } from './ward.fixture.ts';

let ward: Ward;
let patient: PatientInHand;

beforeAll(async () => {
  ward = await Ward.open();
  patient = await PatientInHand.enrol(ward);
});
afterAll(() => ward.close());
beforeEach(async () => {
  expect((await patient.deliver()).confirmed).toHaveLength(1);
});

/** A certificate that vouches for itself. */
async function selfSigned(identity: Identity): Promise<Certified> {
  const keyPair = await generateKeyPair({ extractable: true });
  const validity = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 60_000 };
  const root = await createRoot({ keyPair, name: identity.id, ...validity });
  const { privateKey } = keyPair;
  return { identity, chain: [root], credential: ownCredential({ chain: [root], privateKey, present: 'x5chain' }) };
}

test('a patient or a doctor who signs for themselves gets no channel', async () => {
  await ward.unchangedBy(async () => {
    for (const [identity, exchange, step] of [
      [identities.patient, asDevice(patient), 2],
      [identities.doctor, asPerson(ward), 3],
    ] as const) {
      const liar = await selfSigned(identity);
      expect(await refusalOf(initiate(ward, liar, exchange, step))).toBe('peer-refused');
      expect(ward.logged('handshake refused').at(-1)?.code).toBe('untrusted');
    }
  });
});

test('a hospital that signs for itself is refused by the element and by the page', async () => {
  const liar = new Impostor((await selfSigned(identities.hospital)).credential);
  const before = await patient.state();
  const message2 = await liar.answer(await patient.element.startHospitalHandshake(Date.now()));
  expect(await refusalOf(patient.element.continueHospitalHandshake(message2))).toBe('untrusted');
  expect(await patient.state()).toEqual(before);
  const doctor = await ward.clinician(identities.doctor, {
    backoff: { firstMs: 10, longestMs: 20 },
    fetch: async (url, init) =>
      String(url).endsWith('/edhoc') ? new Response(await liar.answer(init?.body as Bytes)) : fetch(url, init),
  });
  await expect.poll(() => doctor.ward.get().link, soon).toMatchObject({ because: 'hospital-not-trusted' });
});

test('a sensor that signs for itself is refused by the element', async () => {
  const party = await selfSigned(identities.sensor);
  const liar = new InitiatingSensor({ party, root: ward.root, patient: identities.patient, now: Date.now });
  const before = await patient.state();
  expect(await refusalOf(patient.shakeHandsWithSensor(liar))).toBe('untrusted');
  expect(await patient.state()).toEqual(before);
});

test("the key of the hospital's TLS listener does not speak as the hospital", async () => {
  const { tls } = await readHospitalKeys(join(ward.folder, 'hospital'));
  const [pkcs8] = decodePem('PRIVATE KEY', tls.key);
  if (pkcs8 === undefined) throw new Error('expected the key of the listener');
  const chain = decodePem('CERTIFICATE', tls.cert);
  const thief = new Impostor(ownCredential({ chain, privateKey: await importPrivateKey(pkcs8), present: 'x5chain' }));
  const message2 = await thief.answer(await patient.element.startHospitalHandshake(Date.now()));
  expect(await refusalOf(patient.element.continueHospitalHandshake(message2))).toBe('purpose-refused');
});

test('without a channel no listener says anything of a patient', async () => {
  const asked = { subscribe: encodeDoctorToHospital({ type: 'subscribe' }), nothing: new Uint8Array() };
  await ward.unchangedBy(async () => {
    for (const body of Object.values(asked)) {
      for (const [path, type] of [
        ['/records', 'application/cbor'],
        ['/edhoc', 'application/cid-edhoc+cbor-seq'],
        ['/', 'application/cbor'],
      ] as const) {
        expect((await patient.post(path, type, body)).status).toBeGreaterThanOrEqual(400);
      }
      for (const path of ['/step3/message', '/step3/stream', '/edhoc']) {
        const headers = { 'content-type': 'application/cose' };
        const answer = await fetch(new URL(path, ward.hospital.peopleUrl), { method: 'POST', headers, body });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(await answer.text()).not.toMatch(/patient-|Augusta/);
      }
    }
    for (const path of ['/', '/patients', '/records', '/step3/stream', '/doctor/', '/healthz', '/metrics', '/crl']) {
      const answer = await fetch(new URL(path, ward.hospital.peopleUrl));
      expect(await answer.text()).not.toMatch(/patient-\d|Augusta|doctor-\d|crew-\d/);
    }
  });
});

test('a bearer token, a cookie or a password opens nothing: there is none', async () => {
  for (const headers of [
    { authorization: 'Bearer doctor-1' },
    { authorization: `Basic ${btoa('doctor/doctor-1:doctor-1')}` },
    { cookie: 'session=doctor-1' },
  ]) {
    const answer = await fetch(new URL('/step3/stream', ward.hospital.peopleUrl), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/cose' },
      body: encodeDoctorToHospital({ type: 'subscribe' }),
    });
    expect([answer.status, await answer.json()]).toEqual([400, { code: 'record-malformed' }]);
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
});

test('an activation code that is wrong, of somebody else or out of time certifies nobody', async () => {
  const { url, rootFingerprint, authority } = ward.authority;
  const { client } = await connectEst({ url, rootFingerprint });
  const identity = { role: 'doctor', id: 'doctor-7' } as const;
  const csr = await createRequest(await generateKeyPair({ extractable: true }), identity);
  const { code } = await authority.invite({ identity, ttl: 60_000 });
  const { code: other } = await authority.invite({ identity: { role: 'doctor', id: 'doctor-8' }, ttl: 60_000 });
  const certificates = (await authority.list()).length;
  const wrong = code.replace(/[A-Z0-9]/, (first) => (first === 'A' ? 'B' : 'A'));
  for (const attempt of [wrong, other, '']) {
    expect(await refusalOf(client.simpleEnroll(csr, { identity, code: attempt }))).toBe('activation-code-refused');
  }
  expect(await ward.later(25 * 3_600_000, () => refusalOf(client.simpleEnroll(csr, { identity, code })))).toBe(
    'activation-code-expired',
  );
  expect(await authority.list()).toHaveLength(certificates);
  await client.simpleEnroll(csr, { identity, code });
  expect(await authority.list()).toHaveLength(certificates + 1);
});

test('a certificate is renewed to nobody who does not hold its key', async () => {
  const { url, rootFingerprint, authority } = ward.authority;
  const { client } = await connectEst({ url, rootFingerprint });
  const honest = await ward.certify(identities.doctor);
  const thief = await ward.certify({ role: 'doctor', id: 'thief' });
  const [certificate] = honest.chain;
  if (certificate === undefined) throw new Error('expected a certificate');
  const csr = await createRequest(await generateKeyPair({ extractable: true }), identities.doctor);
  const certificates = (await authority.list()).length;
  expect(await refusalOf(client.simpleReenroll(csr, { certificate, sign: thief.credential.sign }))).toBe(
    'renewal-refused',
  );
  expect(await authority.list()).toHaveLength(certificates);
  await client.simpleReenroll(csr, { certificate, sign: honest.credential.sign });
});
