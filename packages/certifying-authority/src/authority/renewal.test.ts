import { equalBytes, type Identity } from '@vitalseal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { generateKeyPair, type KeyPair } from '../key/key-pair.ts';
import { createRequest, createServerRequest } from '../request/create-request.ts';
import { type Device, enrolDevice, newAuthority, proofBy, type TestAuthority } from './enrolled.fixture.ts';

const identity: Identity = { role: 'patient', id: 'p-1' };
const day = 86_400_000;

describe('renewal', () => {
  let test: TestAuthority;
  let device: Device;
  let keys: KeyPair;
  beforeEach(async () => {
    test = await newAuthority();
    device = await enrolDevice(test.authority, identity);
    keys = await generateKeyPair({ extractable: true });
  });

  it('gives a new key a certificate for a signature of the old one, once however often it is asked', async () => {
    const { authority, clock } = test;
    clock.pass(300 * day);
    const csr = await createRequest(keys, identity);
    const proof = await proofBy(device, 'identity', csr);
    const first = await authority.reenrol(csr, proof);
    expect(equalBytes(first, await authority.reenrol(csr, proof))).toBe(true);
    expect(parseCertificate(first).notAfter).toBe(clock.now() + 365 * day);
    expect(await authority.list()).toHaveLength(2);
  });

  it('takes the client certificate of a TLS connection for the same proof', async () => {
    const csr = await createRequest(keys, identity);
    const renewed = await test.authority.reenrol(csr, { kind: 'tls', certificate: device.certificate });
    expect(parseCertificate(renewed).publicKeySpki).not.toEqual(parseCertificate(device.certificate).publicKeySpki);
  });

  it('is refused without the old key, with a proof for another request, and with one for another purpose', async () => {
    const { authority } = test;
    const csr = await createRequest(keys, identity);
    const thief = { ...device, keys };
    await expectRefusal(authority.reenrol(csr, await proofBy(thief, 'identity', csr)), 'renewal-refused');
    const another = await createRequest(await generateKeyPair({ extractable: true }), identity);
    await expectRefusal(authority.reenrol(csr, await proofBy(device, 'identity', another)), 'renewal-refused');
    await expectRefusal(authority.reenrol(csr, await proofBy(device, 'server', csr)), 'renewal-refused');
  });

  it("is refused for somebody else's identity, a foreign certificate, and an expired one", async () => {
    const { authority, clock } = test;
    const csr = await createRequest(keys, identity);
    const asDoctor = await createRequest(keys, { role: 'doctor', id: 'p-1' });
    await expectRefusal(authority.reenrol(asDoctor, await proofBy(device, 'identity', asDoctor)), 'identity-refused');
    const elsewhere = await newAuthority();
    const foreign = await enrolDevice(elsewhere.authority, identity);
    await expectRefusal(authority.reenrol(csr, await proofBy(foreign, 'identity', csr)), 'renewal-refused');
    clock.pass(366 * day);
    await expectRefusal(authority.reenrol(csr, await proofBy(device, 'identity', csr)), 'expired');
  });

  it('is refused for a revoked certificate, and the renewed are revoked with the one they came from', async () => {
    const { authority } = test;
    const csr = await createRequest(keys, identity);
    const renewed = await authority.reenrol(csr, await proofBy(device, 'identity', csr));
    const old = parseCertificate(device.certificate).serial;
    expect(await authority.revoke({ serial: old })).toEqual([old, parseCertificate(renewed).serial]);
    await expectRefusal(authority.reenrol(csr, await proofBy(device, 'identity', csr)), 'revoked');
    const third = await createRequest(await generateKeyPair({ extractable: true }), identity);
    const holder = { identity, keys, certificate: renewed };
    await expectRefusal(authority.reenrol(third, await proofBy(holder, 'identity', third)), 'revoked');
  });

  it('of one certificate ends after eight keys', async () => {
    const { authority } = test;
    for (let count = 0; count < 8; count++) {
      const csr = await createRequest(await generateKeyPair({ extractable: true }), identity);
      await authority.reenrol(csr, await proofBy(device, 'identity', csr));
    }
    const ninth = await createRequest(keys, identity);
    await expectRefusal(authority.reenrol(ninth, await proofBy(device, 'identity', ninth)), 'renewal-refused');
  });
});

describe("a hospital's TLS server", () => {
  let test: TestAuthority;
  let hospital: Device;
  let keys: KeyPair;
  beforeEach(async () => {
    test = await newAuthority();
    hospital = await enrolDevice(
      test.authority,
      { role: 'hospital', id: 'h-1' },
      { serverNames: ['localhost', '10.0.0.7', 'Hospital.example', '::1'] },
    );
    keys = await generateKeyPair({ extractable: true });
  });

  it('gets a certificate within the names of the invitation', async () => {
    const csr = await createServerRequest(keys, ['hospital.example', '10.0.0.7', '0:0:0:0:0:0:0:1']);
    const certificate = await test.authority.enrolServer(csr, await proofBy(hospital, 'server', csr));
    const { names, purposes } = parseCertificate(certificate);
    expect(names).toEqual([
      { kind: 'dns', value: 'hospital.example' },
      { kind: 'ip', value: '10.0.0.7' },
      { kind: 'ip', value: '0:0:0:0:0:0:0:1' },
    ]);
    expect(purposes).toHaveLength(1);
  });

  it('gets none for another name, for an identity, or with the key of the identity', async () => {
    const { authority } = test;
    const wrong = [
      await createServerRequest(keys, ['localhost', 'ca.example']),
      await createRequest(keys, hospital.identity),
    ];
    for (const csr of wrong)
      await expectRefusal(authority.enrolServer(csr, await proofBy(hospital, 'server', csr)), 'server-name-refused');
    const ownKey = await createServerRequest(hospital.keys, ['localhost']);
    await expectRefusal(authority.enrolServer(ownKey, await proofBy(hospital, 'server', ownKey)), 'key-in-use');
  });

  it('gets none by the certificate of a doctor, nor renews an identity by its own', async () => {
    const { authority } = test;
    const doctor = await enrolDevice(authority, { role: 'doctor', id: 'd-1' });
    const csr = await createServerRequest(keys, ['localhost']);
    await expectRefusal(authority.enrolServer(csr, await proofBy(doctor, 'server', csr)), 'server-name-refused');
    const certificate = await authority.enrolServer(csr, await proofBy(hospital, 'server', csr));
    const renewal = await createRequest(await generateKeyPair({ extractable: true }), hospital.identity);
    const server = { identity: hospital.identity, keys, certificate };
    await expectRefusal(authority.reenrol(renewal, await proofBy(server, 'identity', renewal)), 'renewal-refused');
  });

  it('loses its certificate with the identity', async () => {
    const { authority } = test;
    const csr = await createServerRequest(keys, ['localhost']);
    await authority.enrolServer(csr, await proofBy(hospital, 'server', csr));
    await authority.revoke({ identity: hospital.identity });
    expect((await authority.list()).map(({ state }) => state)).toEqual(['revoked', 'revoked']);
  });
});
