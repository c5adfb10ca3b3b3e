import type { Identity } from '@vitalseal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { generateKeyPair } from '../key/key-pair.ts';
import { createRequest } from '../request/create-request.ts';
import { readCrl } from '../revocation-list/read-crl.ts';
import { Authority } from './authority.ts';
import { enrolDevice, newAuthority, proofBy, type TestAuthority } from './enrolled.fixture.ts';
import { memoryStore } from './memory-store.ts';

const identity: Identity = { role: 'doctor', id: 'd-1' };
const hour = 3_600_000;
const day = 24 * hour;

describe('revocation', () => {
  let test: TestAuthority;
  beforeEach(async () => {
    test = await newAuthority();
  });

  const revokedOn = async ({ authority }: TestAuthority): Promise<readonly string[]> => {
    const { crl } = await authority.crl();
    return [...(await readCrl(crl, parseCertificate(authority.issuingCertificate))).revoked];
  };

  it('stands on the next list, whose number grows', async () => {
    const { authority } = test;
    const { certificate } = await enrolDevice(authority, identity);
    const { number } = await authority.crl();
    const { serial } = parseCertificate(certificate);
    expect(await authority.revoke({ serial })).toEqual([serial]);
    expect(await revokedOn(test)).toEqual([serial]);
    expect((await authority.crl()).number).toBeGreaterThan(number);
  });

  it('done twice changes nothing', async () => {
    const { authority } = test;
    await enrolDevice(authority, identity);
    await authority.revoke({ identity });
    const { number } = await authority.crl();
    await authority.revoke({ identity });
    expect((await authority.crl()).number).toBe(number);
  });

  it('of an identity takes all its certificates and its open codes, and nobody else', async () => {
    const { authority } = test;
    await enrolDevice(authority, identity);
    await enrolDevice(authority, identity);
    const other = await enrolDevice(authority, { role: 'patient', id: 'd-1' });
    const { code } = await authority.invite({ identity });
    expect(await authority.revoke({ identity })).toHaveLength(2);
    const csr = await createRequest(await generateKeyPair({ extractable: true }), identity);
    await expectRefusal(authority.enrol(csr, { identity, code }), 'activation-code-refused');
    expect(await revokedOn(test)).not.toContain(parseCertificate(other.certificate).serial);
    // Invited anew, the same person is welcome again.
    await enrolDevice(authority, identity);
    expect(await revokedOn(test)).toHaveLength(2);
  });

  it('also ends a certificate that was got with a code and asked for again', async () => {
    const { authority } = test;
    const keys = await generateKeyPair({ extractable: true });
    const { code } = await authority.invite({ identity });
    const claim = { identity, code };
    const certificate = await authority.enrol(await createRequest(keys, identity), claim);
    await authority.revoke({ serial: parseCertificate(certificate).serial });
    await expectRefusal(authority.enrol(await createRequest(keys, identity), claim), 'revoked');
  });

  it('of what nobody knows is refused', async () => {
    const { authority } = test;
    await expectRefusal(authority.revoke({ serial: 'ab' }), 'certificate-unknown');
    await expectRefusal(authority.revoke({ identity }), 'certificate-unknown');
  });

  it('is not outrun by a renewal at the same moment', async () => {
    const { authority } = test;
    const device = await enrolDevice(authority, identity);
    const csr = await createRequest(await generateKeyPair({ extractable: true }), identity);
    const proof = await proofBy(device, 'identity', csr);
    await Promise.allSettled([
      authority.reenrol(csr, proof),
      authority.revoke({ identity }),
      authority.reenrol(csr, proof),
    ]);
    await expectRefusal(authority.reenrol(csr, proof), 'revoked');
    expect((await authority.list()).every(({ state }) => state === 'revoked')).toBe(true);
  });

  it('is not outrun by an enrolment at the same moment', async () => {
    const { authority } = test;
    const { code } = await authority.invite({ identity });
    const csr = await createRequest(await generateKeyPair({ extractable: true }), identity);
    const claim = { identity, code };
    await Promise.allSettled([
      authority.enrol(csr, claim),
      authority.revoke({ identity }),
      authority.enrol(csr, claim),
    ]);
    await expectRefusal(authority.enrol(csr, claim), 'activation-code-refused');
    expect((await authority.list()).every(({ state }) => state === 'revoked')).toBe(true);
  });

  it('made by another process is on the list that this one gives out', async () => {
    const { authority, options } = test;
    const { certificate } = await enrolDevice(authority, identity);
    await authority.crl();
    const command = await Authority.open(options);
    const { serial } = parseCertificate(certificate);
    await command.revoke({ serial });
    expect(await revokedOn(test)).toEqual([serial]);
  });

  it('that was entered when the process died before making the list is on the next list', async () => {
    const store = memoryStore();
    const { authority } = await newAuthority({ store });
    await authority.crl();
    // Its entry in the index comes first, and revokes nobody by itself.
    await store.enter('revoked', '2999-01-01', 'abcd');
    expect(
      (await readCrl((await authority.crl()).crl, parseCertificate(authority.issuingCertificate))).revoked.size,
    ).toBe(0);
    const fact = { serial: 'abcd', revokedAt: Date.now(), notAfter: Date.UTC(2999, 0) };
    await store.create('revocations', 'abcd', JSON.stringify(fact));
    const { crl } = await authority.crl();
    expect((await readCrl(crl, parseCertificate(authority.issuingCertificate))).revoked.has('abcd')).toBe(true);
  });

  it('list is made anew when half its time is over, and its number grows after an old copy of the store came back', async () => {
    const { authority, clock, options } = test;
    const first = await authority.crl();
    clock.pass(12 * hour - 1);
    expect((await authority.crl()).number).toBe(first.number);
    clock.pass(1);
    const second = await authority.crl();
    expect(second.number).toBeGreaterThan(first.number);
    clock.pass(day);
    const restored = memoryStore();
    await restored.create('authority', 'authority', (await options.store.read('authority', 'authority')) ?? '');
    const third = await (await Authority.open({ ...options, store: restored })).crl();
    expect(third.number).toBeGreaterThan(second.number);
  });

  it('list made by two processes at once has one number, and both give out the same', async () => {
    const { authority, options } = test;
    const other = await Authority.open(options);
    const [a, b] = await Promise.all([authority.crl(), other.crl()]);
    expect(a).toEqual(b);
  });

  it('is dropped from the list a day after the certificate has expired', async () => {
    const { authority, clock } = test;
    await enrolDevice(authority, identity);
    await authority.revoke({ identity });
    clock.pass(366 * day - 1);
    expect(await revokedOn(test)).toHaveLength(1);
    clock.pass(day);
    expect(await revokedOn(test)).toHaveLength(0);
  });
});
