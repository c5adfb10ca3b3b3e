import { equalBytes, type Identity, staffRoles } from '@vitalseal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { registerStaff } from '../est/enrol.ts';
import { type CertificateHolder, createEstClient, type EstClient } from '../est/est-client.ts';
import { EstService } from '../est/est-service.ts';
import { serviceFetch } from '../est/service-fetch.fixture.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { generateKeyPair } from '../key/key-pair.ts';
import { createRequest } from '../request/create-request.ts';
import { type Device, enrolDevice, holderOf, newAuthority, proofBy, type TestAuthority } from './enrolled.fixture.ts';
import { staffRequest } from './registration.ts';

const house: Identity = { role: 'doctor', id: 'house' };
const hour = 3_600_000;
const newRequest = async (identity?: Identity) =>
  createRequest(await generateKeyPair({ extractable: false }), identity);

describe('a hospital that may have its staff certified', () => {
  let test: TestAuthority;
  let hospital: Device;
  let client: EstClient;
  let registrar: CertificateHolder;
  beforeEach(async () => {
    test = await newAuthority();
    const rights = { registrationAuthority: true, staffRegistration: true };
    hospital = await enrolDevice(test.authority, { role: 'hospital', id: 'h-1' }, rights);
    client = createEstClient({
      url: 'https://authority.example/',
      fetch: serviceFetch(new EstService(test.authority)),
    });
    registrar = holderOf(hospital);
  });

  it('gets a certificate of a few hours for each role of staff, for a request that names nobody', async () => {
    const { rootFingerprint } = test.authority;
    for (const role of staffRoles) {
      const identity: Identity = { role, id: 'x' };
      const csr = await newRequest();
      const { chain, notAfter } = await registerStaff(client, {
        csr,
        registrar,
        identity,
        rootFingerprint,
        now: test.clock.now,
      });
      expect(chain).toHaveLength(2);
      expect(notAfter).toBeLessThanOrEqual(test.clock.at + 12 * hour + 1000);
      const again = await client.staffEnrollFor(csr, identity, registrar);
      expect(chain[0] !== undefined && equalBytes(chain[0], again)).toBe(true);
    }
  });

  it('cannot make itself another hospital, a patient or a sensor', async () => {
    for (const role of ['hospital', 'patient', 'sensor'] as const) {
      const identity: Identity = { role, id: 'x' };
      await expectRefusal(client.staffEnrollFor(await newRequest(), identity, registrar), 'registration-refused');
    }
  });

  it('needs that right: none that only registers patients has it, nor the other way round', async () => {
    const ofPatients = await enrolDevice(
      test.authority,
      { role: 'hospital', id: 'h-2' },
      { registrationAuthority: true },
    );
    await expectRefusal(client.staffEnrollFor(await newRequest(), house, holderOf(ofPatients)), 'registration-refused');
    const ofStaff = await enrolDevice(test.authority, { role: 'hospital', id: 'h-3' }, { staffRegistration: true });
    const patient = await newRequest({ role: 'patient', id: 'p-1' });
    await expectRefusal(client.simpleEnrollFor(patient, holderOf(ofStaff)), 'registration-refused');
    await client.staffEnrollFor(await newRequest(), house, holderOf(ofStaff));
  });

  it('is granted to hospitals alone', async () => {
    const invitation = test.authority.invite({ identity: house, staffRegistration: true });
    await expectRefusal(invitation, 'registration-refused');
  });

  it('signs for whom it asks: its word for one person is none for another', async () => {
    const csr = await newRequest();
    const proof = await proofBy(hospital, 'staff', staffRequest(csr, house));
    const other: Identity = { role: 'administrator', id: 'house' };
    await expectRefusal(test.authority.registerStaff(csr, other, proof), 'registration-refused');
    const plain = await proofBy(hospital, 'registration', csr);
    await expectRefusal(test.authority.registerStaff(csr, house, plain), 'registration-refused');
  });

  it('cannot have somebody certified for a request that names somebody else', async () => {
    const csr = await newRequest({ role: 'doctor', id: 'wilson' });
    await expectRefusal(client.staffEnrollFor(csr, house, registrar), 'identity-refused');
  });

  it('has a session revoked, and no other hospital does', async () => {
    const leaf = await client.staffEnrollFor(await newRequest(), house, registrar);
    const other = await enrolDevice(test.authority, { role: 'hospital', id: 'h-2' }, { staffRegistration: true });
    await expectRefusal(client.revoke(leaf, holderOf(other)), 'registration-refused');
    await client.revoke(leaf, registrar);
    const { serial } = parseCertificate(leaf);
    const [revoked] = (await test.authority.list()).filter((listed) => listed.serial === serial);
    expect(revoked?.state).toBe('revoked');
  });

  it("keeps its right through a renewal; a session's certificate is never renewed", async () => {
    const keys = await generateKeyPair({ extractable: true });
    const session = await client.staffEnrollFor(await createRequest(keys), house, registrar);
    const device: Device = { identity: house, keys, certificate: session };
    await expectRefusal(client.simpleReenroll(await newRequest(house), holderOf(device)), 'renewal-refused');

    const nextKeys = await generateKeyPair({ extractable: true });
    const next = await client.simpleReenroll(await createRequest(nextKeys, hospital.identity), registrar);
    const renewed = holderOf({ identity: hospital.identity, keys: nextKeys, certificate: next });
    await client.staffEnrollFor(await newRequest(), house, renewed);
  });

  it('loses all its sessions with its own certificate', async () => {
    const leaf = await client.staffEnrollFor(await newRequest(), house, registrar);
    const revoked = await test.authority.revoke({ identity: hospital.identity });
    expect(revoked).toContain(parseCertificate(leaf).serial);
  });
});
