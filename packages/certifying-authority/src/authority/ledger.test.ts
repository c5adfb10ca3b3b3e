import { type Bytes, bytesToHex, type Identity } from '@vitalseal/protocol';
import { describe, expect, test } from 'vitest';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { generateKeyPair } from '../key/key-pair.ts';
import { createRequest } from '../request/create-request.ts';
import { readCrl } from '../revocation-list/read-crl.ts';
import { Authority } from './authority.ts';
import type { AuthorityStore } from './authority-store.ts';
import { type Cost, CountedStore, Killed, killedAfter } from './counted-store.fixture.ts';
import { enrolDevice, newAuthority, proofBy, TestClock } from './enrolled.fixture.ts';
import { memoryStore } from './memory-store.ts';

const day = 86_400_000;
const patient = (id: number | string): Identity => ({ role: 'patient', id: `p-${id}` });
const serialOf = (certificate: Bytes) => parseCertificate(certificate).serial;

describe('what one deed costs', () => {
  /** Each by a process of its own, as the commands are: nothing is remembered from before. */
  async function costs(store: AuthorityStore, clock: TestClock, mark: string): Promise<Record<string, Cost>> {
    const found: Record<string, Cost> = {};
    const once = async <Result>(what: string, deed: (authority: Authority) => Promise<Result>): Promise<Result> => {
      const counted = new CountedStore(store);
      const result = await deed(await Authority.open({ store: counted.store, now: clock.now }));
      found[what] = counted.take();
      return result;
    };
    const hospital = await once('enrol', (ca) =>
      enrolDevice(ca, { role: 'hospital', id: `h-${mark}` }, { registrationAuthority: true }),
    );
    const keys = await generateKeyPair({ extractable: true });
    const csr = await createRequest(keys, patient(mark));
    const registrar = await proofBy(hospital, 'registration', csr);
    const certificate = await once('register', (ca) => ca.register(csr, registrar));
    const next = await createRequest(await generateKeyPair({ extractable: true }), hospital.identity);
    const holder = await proofBy(hospital, 'identity', next);
    await once('renew', (ca) => ca.reenrol(next, holder));
    const proof = await proofBy(hospital, 'revocation', certificate);
    await once('revoke registered', (ca) => ca.revokeRegistered(certificate, proof));
    await once('revoke by serial', (ca) => ca.revoke({ serial: serialOf(hospital.certificate) }));
    const other = await enrolDevice(await Authority.open({ store, now: clock.now }), patient(`${mark}b`));
    await once('revoke by identity', (ca) => ca.revoke({ identity: other.identity }));
    await once('list of one identity', (ca) => ca.list({ which: { identity: other.identity } }));
    await once('list of the newest', (ca) => ca.list({ which: { newest: 1 } }));
    await once('list of the valid', (ca) => ca.list({ which: 'valid' }));
    await once('revocation list', (ca) => ca.crl());
    return found;
  }

  test('is the same after a few and after hundreds that ran out', { timeout: 60_000 }, async () => {
    const store = memoryStore();
    const clock = new TestClock();
    await (await Authority.init({ store, now: clock.now })).crl();
    const before = await costs(store, clock, 'a');

    const crowd = await Authority.open({ store, now: clock.now, lifetimes: { identity: 10 * day } });
    for (let id = 0; id < 300; id++) {
      const { certificate } = await enrolDevice(crowd, patient(id));
      if (id % 3 === 0) await crowd.revoke({ serial: serialOf(certificate) });
    }
    // Everything of before has run out, and was on a list.
    clock.pass(400 * day);
    await crowd.crl();
    const after = await costs(store, clock, 'b');

    for (const [what, { calls, names, characters }] of Object.entries(after)) {
      const less = before[what];
      expect.soft({ what, calls }).toEqual({ what, calls: less?.calls });
      // Headings of a few days more, and lists that have been made meanwhile, of which eight are kept.
      expect.soft(names - (less?.names ?? 0), what).toBeLessThanOrEqual(20);
      // Certificates differ by some octets of their signatures.
      expect.soft(characters / (less?.characters ?? 1), what).toBeLessThan(1.1);
    }
  });

  test('what was asked of a few is found among hundreds', async () => {
    const { authority, clock } = await newAuthority();
    const [first, ...rest] = await Promise.all([1, 2, 3].map((id) => enrolDevice(authority, patient(id))));
    clock.pass(day);
    const later = await enrolDevice(authority, patient(4));
    const serials = async (which: Parameters<Authority['list']>[0]) =>
      (await authority.list(which)).map(({ serial }) => serial);
    const all = [first, ...rest, later].map((device) => serialOf(device?.certificate as Bytes));
    expect((await serials({})).toSorted()).toEqual(all.toSorted());
    expect(await serials({ which: { newest: 1 } })).toEqual([all[3]]);
    expect((await serials({ which: { newest: 2 } })).toSorted()).toEqual(all.toSorted());
    expect(await serials({ which: { identity: patient(2) } })).toEqual([all[1]]);
    await authority.revoke({ serial: all[1] as string });
    expect((await serials({ which: 'valid' })).toSorted()).toEqual([all[0], all[2], all[3]].toSorted());
    clock.pass(364 * day + 2000);
    expect(await serials({ which: 'valid' })).toEqual([all[3]]);
  });
});

describe('a process that is killed at a write', () => {
  /** What everybody can find, each by each way. */
  async function whole(authority: Authority): Promise<void> {
    const { revoked } = await readCrl((await authority.crl()).crl, parseCertificate(authority.issuingCertificate));
    for (const record of await authority.list()) {
      const ofIdentity = await authority.list({ which: { identity: record.identity as Identity } });
      expect(ofIdentity.map(({ serial }) => serial)).toContain(record.serial);
      expect((await authority.list({ which: { newest: 1000 } })).map(({ serial }) => serial)).toContain(record.serial);
      expect(revoked.has(record.serial)).toBe(record.state === 'revoked');
    }
  }

  test('leaves an enrolment done or not done, and the same request goes on to be answered', async () => {
    for (let writes = 0; ; writes++) {
      const store = memoryStore();
      const authority = await Authority.init({ store });
      const keys = await generateKeyPair({ extractable: true });
      const csr = await createRequest(keys, patient(1));
      const { code } = await authority.invite({ identity: patient(1) });
      const claim = { identity: patient(1), code };
      const dying = await Authority.open({ store: killedAfter(store, writes) });
      const isKilled = await dying.enrol(csr, claim).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      const next = await Authority.open({ store });
      await whole(next);
      const certificate = await next.enrol(csr, claim);
      await whole(next);
      expect(await next.enrol(csr, claim)).toEqual(certificate);
      expect(await next.list()).toHaveLength(1);
      const [revoked] = await next.revoke({ serial: serialOf(certificate) });
      expect(revoked).toBe(serialOf(certificate));
      await whole(next);
      if (isKilled) continue;
      // The serial number, six names of the index, and the certificate.
      expect(writes).toBe(7);
      return;
    }
  });

  test('leaves nobody revoked who is on no list, and the same revocation goes on', async () => {
    for (let writes = 0; ; writes++) {
      const store = memoryStore();
      const authority = await Authority.init({ store });
      const hospital = await enrolDevice(authority, { role: 'hospital', id: 'h' }, { registrationAuthority: true });
      const csr = await createRequest(await generateKeyPair({ extractable: true }), patient(1));
      await authority.register(csr, await proofBy(hospital, 'registration', csr));
      await authority.crl();
      const dying = await Authority.open({ store: killedAfter(store, writes) });
      const isKilled = await dying.revoke({ identity: hospital.identity }).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      );
      const next = await Authority.open({ store });
      await whole(next);
      expect(await next.revoke({ identity: hospital.identity })).toHaveLength(2);
      await whole(next);
      if (!isKilled) return;
    }
  });
});

describe('a store of a release without an index', () => {
  const indexes = ['enter', 'entered', 'headings'] as const;

  test('is opened with one that knows everybody, also when the making of it was cut short', async () => {
    const filled = memoryStore();
    const authority = await Authority.init({ store: filled });
    const hospital = await enrolDevice(authority, { role: 'hospital', id: 'h' }, { registrationAuthority: true });
    const { code } = await authority.invite({ identity: patient(7) });
    const gone = await enrolDevice(authority, patient(1));
    await authority.revoke({ serial: serialOf(gone.certificate) });

    for (let writes = 0; ; writes++) {
      // The facts alone, as that release left them.
      const fresh = memoryStore();
      const former: AuthorityStore = { ...filled };
      for (const name of indexes) former[name] = fresh[name] as never;
      const marks = memoryStore();
      former.create = (kind, name, text) => marks.create(kind, name, text);
      former.read = async (kind, name) =>
        name === 'indexed' ? marks.read(kind, name) : ((await filled.read(kind, name)) ?? marks.read(kind, name));
      let isKilled = false;
      await Authority.open({ store: killedAfter(former, writes) }).catch((error: unknown) => {
        isKilled = error instanceof Killed;
      });
      const opened = await Authority.open({ store: former });
      expect((await opened.list()).map(({ state }) => state).toSorted()).toEqual(['revoked', 'valid']);
      const csr = await createRequest(await generateKeyPair({ extractable: true }), patient(8));
      await opened.register(csr, await proofBy(hospital, 'registration', csr));
      expect(await opened.revoke({ identity: patient(7) })).toEqual([]);
      const late = createRequest(await generateKeyPair({ extractable: true }), patient(7));
      await expect(opened.enrol(await late, { identity: patient(7), code })).rejects.toMatchObject({
        code: 'activation-code-refused',
      });
      const { revoked } = await readCrl((await opened.crl()).crl, parseCertificate(opened.issuingCertificate));
      expect([...revoked]).toEqual([serialOf(gone.certificate)]);
      if (!isKilled) return;
    }
  });
});

test('a hospital that has had many cards certified has its own certificate renewed', async () => {
  const { authority } = await newAuthority();
  const hospital = await enrolDevice(authority, { role: 'hospital', id: 'h' }, { registrationAuthority: true });
  for (let id = 0; id < 9; id++) {
    const csr = await createRequest(await generateKeyPair({ extractable: true }), patient(id));
    await authority.register(csr, await proofBy(hospital, 'registration', csr));
  }
  const next = await createRequest(await generateKeyPair({ extractable: true }), hospital.identity);
  const renewed = await authority.reenrol(next, await proofBy(hospital, 'identity', next));
  expect(bytesToHex(renewed)).not.toBe(bytesToHex(hospital.certificate));
});
