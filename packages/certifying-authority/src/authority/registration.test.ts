import { equalBytes, type Identity } from '@vitalseal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { register } from '../est/enrol.ts';
import { type CertificateHolder, createEstClient, type EstClient } from '../est/est-client.ts';
import { EstService } from '../est/est-service.ts';
import { serviceFetch } from '../est/service-fetch.fixture.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { generateKeyPair } from '../key/key-pair.ts';
import { createRequest } from '../request/create-request.ts';
import { type Device, enrolDevice, holderOf, newAuthority, proofBy, type TestAuthority } from './enrolled.fixture.ts';
import { isRegistrationAuthority } from './registration.ts';

const patient: Identity = { role: 'patient', id: 'p-1' };
const day = 86_400_000;

const requestFor = async (identity: Identity) => createRequest(await generateKeyPair({ extractable: false }), identity);

describe('a registration authority', () => {
  let test: TestAuthority;
  let hospital: Device;
  let client: EstClient;
  let registrar: CertificateHolder;
  beforeEach(async () => {
    test = await newAuthority();
    hospital = await enrolDevice(test.authority, { role: 'hospital', id: 'h-1' }, { registrationAuthority: true });
    const fetch = serviceFetch(new EstService(test.authority));
    client = createEstClient({ url: 'https://authority.example/', fetch });
    registrar = holderOf(hospital);
  });

  it('has a patient certified by its own certificate instead of an activation code', async () => {
    const { rootFingerprint } = test.authority;
    const csr = await requestFor(patient);
    const { chain } = await register(client, {
      csr,
      registrar,
      identity: patient,
      rootFingerprint,
      now: test.clock.now,
    });
    expect(chain).toHaveLength(2);
    const again = await client.simpleEnrollFor(csr, registrar);
    expect(chain[0] !== undefined && equalBytes(again, chain[0])).toBe(true);
  });

  it('has a certificate that runs out followed by another for the same key, and both revoked as one', async () => {
    const csr = await requestFor(patient);
    const first = await client.simpleEnrollFor(csr, registrar);
    test.clock.pass(310 * day);
    const second = await client.simpleEnrollFor(csr, registrar);
    expect(equalBytes(first, second)).toBe(false);
    expect(equalBytes(second, await client.simpleEnrollFor(csr, registrar))).toBe(true);
    await client.revoke(second, registrar);
    const revoked = (await test.authority.list()).filter(({ state }) => state === 'revoked');
    expect(revoked).toHaveLength(2);
  });

  it('asks for patients alone', async () => {
    for (const role of ['doctor', 'ambulance', 'sensor', 'hospital'] as const) {
      await expectRefusal(
        client.simpleEnrollFor(await requestFor({ role, id: 'x' }), registrar),
        'registration-refused',
      );
    }
  });

  it('is only who was invited as one: no other hospital, no patient, nobody without a certificate', async () => {
    const other = await enrolDevice(test.authority, { role: 'hospital', id: 'h-2' });
    const person = await enrolDevice(test.authority, { role: 'patient', id: 'p-2' });
    const csr = await requestFor(patient);
    await expectRefusal(client.simpleEnrollFor(csr, holderOf(other)), 'registration-refused');
    await expectRefusal(client.simpleEnrollFor(csr, holderOf(person)), 'registration-refused');
    await expectRefusal(client.simpleEnroll(csr, { identity: patient, code: 'none' }), 'activation-code-refused');
    await expectRefusal(
      test.authority.invite({ identity: patient, registrationAuthority: true }),
      'registration-refused',
    );
  });

  it('proves it by signing what it asks for: no signature for another request, or for another purpose', async () => {
    const { authority } = test;
    const csr = await requestFor(patient);
    const other = await requestFor({ role: 'patient', id: 'p-2' });
    const stolen = { ...hospital, keys: await generateKeyPair({ extractable: true }) };
    await expectRefusal(client.simpleEnrollFor(csr, holderOf(stolen)), 'registration-refused');
    const purposes = ['identity', 'server', 'revocation'] as const;
    for (const purpose of purposes) {
      await expectRefusal(authority.register(csr, await proofBy(hospital, purpose, csr)), 'registration-refused');
    }
    const proof = await proofBy(hospital, 'registration', csr);
    await expectRefusal(authority.register(other, proof), 'registration-refused');
    const certificate = await authority.register(csr, proof);
    await expectRefusal(authority.revokeRegistered(certificate, proof), 'registration-refused');
    await expectRefusal(authority.reenrol(csr, proof), 'renewal-refused');
  });

  it('may prove it by mutual TLS instead, as RFC 7030 has it', async () => {
    const csr = await requestFor(patient);
    const { authority } = test;
    const byTls = await authority.register(csr, { kind: 'tls', certificate: hospital.certificate });
    expect(equalBytes(byTls, await client.simpleEnrollFor(csr, registrar))).toBe(true);
  });

  it('of another authority is none here', async () => {
    const elsewhere = await newAuthority();
    const rights = { registrationAuthority: true };
    const stranger = await enrolDevice(elsewhere.authority, { role: 'hospital', id: 'h-1' }, rights);
    await expectRefusal(client.simpleEnrollFor(await requestFor(patient), holderOf(stranger)), 'registration-refused');
  });

  it('has no key certified for two patients', async () => {
    const keys = await generateKeyPair({ extractable: false });
    await client.simpleEnrollFor(await createRequest(keys, patient), registrar);
    const second = createRequest(keys, { role: 'patient', id: 'p-2' });
    await expectRefusal(client.simpleEnrollFor(await second, registrar), 'key-in-use');
  });

  it('stays one when its certificate is renewed, and ends with it', async () => {
    const csr = await createRequest(await generateKeyPair({ extractable: false }), hospital.identity);
    const renewed = await test.authority.reenrol(csr, await proofBy(hospital, 'identity', csr));
    expect(isRegistrationAuthority(renewed)).toBe(true);
    test.clock.pass(366 * day);
    await expectRefusal(client.simpleEnrollFor(await requestFor(patient), registrar), 'expired');
  });

  it('that is revoked asks for nothing any more, and what it had certified is revoked with it', async () => {
    const certificate = await client.simpleEnrollFor(await requestFor(patient), registrar);
    await test.authority.revoke({ identity: hospital.identity });
    await expectRefusal(client.simpleEnrollFor(await requestFor(patient), registrar), 'revoked');
    const listed = await test.authority.list();
    expect(listed.find((record) => equalBytes(record.certificate, certificate))?.state).toBe('revoked');
  });

  it('has revoked what it had certified, also after its own renewal, and nothing else', async () => {
    const certificate = await client.simpleEnrollFor(await requestFor(patient), registrar);
    const keys = await generateKeyPair({ extractable: true });
    const csr = await createRequest(keys, hospital.identity);
    const renewed = await test.authority.reenrol(csr, await proofBy(hospital, 'identity', csr));
    const foreign = await enrolDevice(test.authority, { role: 'patient', id: 'p-3' });
    const other = await enrolDevice(test.authority, { role: 'hospital', id: 'h-2' }, { registrationAuthority: true });
    await expectRefusal(client.revoke(foreign.certificate, registrar), 'registration-refused');
    await expectRefusal(client.revoke(renewed, registrar), 'registration-refused');
    await expectRefusal(client.revoke(certificate, holderOf(other)), 'registration-refused');
    await client.revoke(certificate, holderOf({ ...hospital, keys, certificate: renewed }));
    const revoked = (await test.authority.list()).filter(({ state }) => state === 'revoked');
    expect(revoked.map((record) => equalBytes(record.certificate, certificate))).toEqual([true]);
  });
});
