import { equalBytes, type Identity } from '@vitalseal/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { newActivationCode } from '../activation/activation-code.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { generateKeyPair, type KeyPair } from '../key/key-pair.ts';
import { validatePath } from '../path/path-validator.ts';
import { createRequest, createServerRequest } from '../request/create-request.ts';
import { Authority } from './authority.ts';
import { enrolDevice, newAuthority, type TestAuthority } from './enrolled.fixture.ts';
import { memoryStore } from './memory-store.ts';

const identity: Identity = { role: 'patient', id: 'p-1' };
const hour = 3_600_000;
const day = 24 * hour;

describe('enrolment', () => {
  let test: TestAuthority;
  let keys: KeyPair;
  let other: KeyPair;
  beforeEach(async () => {
    test = await newAuthority();
    keys = await generateKeyPair({ extractable: true });
    other = await generateKeyPair({ extractable: true });
  });

  it('gives a certificate of the identity that was invited, valid under the root for a year', async () => {
    const { authority, clock } = test;
    const { code } = await authority.invite({ identity });
    const leaf = await authority.enrol(await createRequest(keys, identity), { identity, code });
    const chain = [leaf, authority.issuingCertificate];
    const valid = await validatePath({ chain, anchors: [authority.rootCertificate], at: clock.now(), role: 'patient' });
    expect(valid.identity).toEqual(identity);
    expect(valid.notAfter).toBe(clock.now() + 365 * day);
    // 01 and 128 random bits.
    expect(valid.serial).toMatch(/^01[0-9a-f]{32}$/);
  });

  it('interrupted, gives the same certificate to the same key again, even after the code has expired', async () => {
    const { authority, clock } = test;
    const { code } = await authority.invite({ identity, ttl: hour });
    const first = await authority.enrol(await createRequest(keys, identity), { identity, code });
    clock.pass(2 * hour);
    // A new request: an ECDSA signature is never the same twice.
    const again = await authority.enrol(await createRequest(keys, identity), { identity, code });
    expect(equalBytes(first, again)).toBe(true);
    expect(await authority.list()).toHaveLength(1);
  });

  it('never gives a second key a certificate for a used code, also when both ask at once', async () => {
    const { authority } = test;
    const { code } = await authority.invite({ identity });
    const claim = { identity, code };
    const requests = [await createRequest(keys, identity), await createRequest(other, identity)];
    const outcomes = await Promise.allSettled(requests.map((csr) => authority.enrol(csr, claim)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await authority.list()).toHaveLength(1);
    const loser = outcomes.findIndex(({ status }) => status === 'rejected');
    await expectRefusal(
      authority.enrol(await createRequest(loser === 0 ? keys : other, identity), claim),
      'activation-code-used',
    );
  });

  it('refuses a wrong code, the code of another, and a code that is none, all alike', async () => {
    const { authority } = test;
    const { code } = await authority.invite({ identity });
    const csr = await createRequest(keys, identity);
    await expectRefusal(authority.enrol(csr, { identity, code: newActivationCode() }), 'activation-code-refused');
    await expectRefusal(
      authority.enrol(csr, { identity: { role: 'doctor', id: 'p-1' }, code }),
      'activation-code-refused',
    );
    await expectRefusal(
      authority.enrol(csr, { identity: { role: 'patient', id: 'p-2' }, code }),
      'activation-code-refused',
    );
    await expectRefusal(authority.enrol(csr, { identity, code: '' }), 'activation-code-refused');
    await expectRefusal(
      authority.enrol(csr, { identity, code: '../../authority/authority' }),
      'activation-code-refused',
    );
  });

  it('refuses a code that has expired', async () => {
    const { authority, clock } = test;
    const { code } = await authority.invite({ identity, ttl: hour });
    clock.pass(hour);
    await expectRefusal(
      authority.enrol(await createRequest(keys, identity), { identity, code }),
      'activation-code-expired',
    );
  });

  it('refuses a request for somebody else than was invited, and for a server', async () => {
    const { authority } = test;
    const { code } = await authority.invite({ identity });
    const claim = { identity, code };
    const asDoctor = await createRequest(keys, { role: 'doctor', id: 'p-1' });
    await expectRefusal(authority.enrol(asDoctor, claim), 'identity-refused');
    await expectRefusal(authority.enrol(await createServerRequest(keys, ['localhost']), claim), 'identity-missing');
    // The code is not spent by a mistake.
    await authority.enrol(await createRequest(keys, identity), claim);
  });

  it('refuses a request whose key the requester does not hold', async () => {
    const { authority } = test;
    const { code } = await authority.invite({ identity });
    const stolen = { publicKey: other.publicKey, privateKey: keys.privateKey };
    await expectRefusal(
      authority.enrol(await createRequest(stolen, identity), { identity, code }),
      'signature-invalid',
    );
  });

  it('refuses a key that is certified for another identity', async () => {
    const { authority } = test;
    const sensor = await enrolDevice(authority, { role: 'sensor', id: 's-1' });
    const { code } = await authority.invite({ identity });
    await expectRefusal(authority.enrol(await createRequest(sensor.keys, identity), { identity, code }), 'key-in-use');
  });

  it('refuses an invitation without an end, beyond 90 days, or with server names for a patient', async () => {
    const { authority } = test;
    for (const ttl of [0, -1, Number.NaN, 91 * day])
      await expectRefusal(authority.invite({ identity, ttl }), 'request-refused');
    await expectRefusal(authority.invite({ identity, serverNames: ['localhost'] }), 'server-name-refused');
    const hospital: Identity = { role: 'hospital', id: 'h' };
    for (const name of ['*.example.org', 'a b', '', '-x', '1.2.3', 'x'.repeat(300), '1::2::3', '::g']) {
      await expectRefusal(authority.invite({ identity: hospital, serverNames: [name] }), 'server-name-refused');
    }
  });

  it('never outlives the issuing authority, and ends with it', async () => {
    const { authority, clock } = test;
    clock.pass(5 * 365 * day - 10 * day);
    const device = await enrolDevice(authority, identity);
    const chain = [device.certificate, authority.issuingCertificate];
    const valid = await validatePath({ chain, anchors: [authority.rootCertificate], at: clock.now() });
    expect(valid.notAfter).toBe(clock.now() + 10 * day);
    clock.pass(11 * day);
    await expectRefusal(enrolDevice(authority, { role: 'patient', id: 'p-2' }), 'expired');
  });
});

describe('what an authority keeps', () => {
  it('holds no activation code', async () => {
    const store = memoryStore();
    const { authority } = await newAuthority({ store });
    const { code } = await authority.invite({ identity });
    const [name = ''] = await store.names('invitations');
    const text = `${name} ${(await store.read('invitations', name)) ?? ''}`;
    for (const group of code.split('-')) expect(text.toUpperCase()).not.toContain(`"${group}`);
    expect(text).not.toContain(code);
    expect(text).not.toContain(code.replaceAll('-', ''));
  });

  it('is found again when the authority is opened again', async () => {
    const { authority, options } = await newAuthority();
    const { code } = await authority.invite({ identity });
    const keys = await generateKeyPair({ extractable: false });
    const reopened = await Authority.open(options);
    expect(reopened.rootFingerprint).toBe(authority.rootFingerprint);
    await reopened.enrol(await createRequest(keys, identity), { identity, code });
    expect(await authority.list()).toHaveLength(1);
  });

  it('is made once only, and must be there to be opened', async () => {
    const { options } = await newAuthority();
    await expectRefusal(Authority.init(options), 'authority-exists');
    await expectRefusal(Authority.open({ store: memoryStore() }), 'authority-missing');
  });

  it('that is damaged is reported, not guessed at', async () => {
    for (const text of ['', '{', '[]', '{"name":1}', '{"name":"x","createdAt":1,"rootCertificate":"###"}']) {
      const store = memoryStore();
      await store.create('authority', 'authority', text);
      await expectRefusal(Authority.open({ store }), 'store-damaged');
    }
  });

  it('never has a serial number twice, even if the random numbers repeat', async () => {
    const store = memoryStore();
    const { authority } = await newAuthority({ store });
    await enrolDevice(authority, identity);
    const broken = {
      ...store,
      create: async (kind: Parameters<typeof store.create>[0], name: string, text: string) =>
        kind === 'serials' ? false : store.create(kind, name, text),
    };
    const again = await Authority.open({ store: broken });
    await expectRefusal(enrolDevice(again, { role: 'patient', id: 'p-2' }), 'store-damaged');
    expect(await again.list()).toHaveLength(1);
  });
});
