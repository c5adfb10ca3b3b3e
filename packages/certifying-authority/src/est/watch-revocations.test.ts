import type { Bytes, Identity } from '@vitalseal/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Authority } from '../authority/authority.ts';
import { enrolDevice, newAuthority, type TestAuthority } from '../authority/enrolled.fixture.ts';
import { memoryStore } from '../authority/memory-store.ts';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import type { CertificateErrorCode } from '../errors.ts';
import type { RevocationList } from '../revocation-list/read-crl.ts';
import { createEstClient } from './est-client.ts';
import { EstService } from './est-service.ts';
import { type Spoil, serviceFetch } from './service-fetch.fixture.ts';
import { type RevocationWatch, type RevocationWatchOptions, watchRevocations } from './watch-revocations.ts';

const identity: Identity = { role: 'doctor', id: 'd-1' };
const day = 86_400_000;
const retry = { first: 1, most: 4 };

/** Values as they come, to wait for. */
class Arrivals<Value> {
  readonly seen: Value[] = [];
  #waiting: (() => void)[] = [];

  add(value: Value): void {
    this.seen.push(value);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async until(condition: (seen: readonly Value[]) => boolean): Promise<void> {
    while (!condition(this.seen)) await new Promise<void>((wake) => this.#waiting.push(wake));
  }
}

describe('a watch over revocations', () => {
  let test: TestAuthority;
  let service: EstService;
  let watch: RevocationWatch | undefined;
  let lists: Arrivals<RevocationList>;
  let problems: Arrivals<CertificateErrorCode>;
  beforeEach(async () => {
    test = await newAuthority();
    service = new EstService(test.authority);
    lists = new Arrivals();
    problems = new Arrivals();
  });
  afterEach(async () => {
    service.close();
    await watch?.close();
  });

  const start = async (spoil?: Spoil, more: Partial<RevocationWatchOptions> = {}): Promise<RevocationWatch> => {
    watch = await watchRevocations({
      estClient: createEstClient({ url: 'https://authority.example', fetch: serviceFetch(service, spoil) }),
      root: test.authority.rootCertificate,
      issuing: test.authority.issuingCertificate,
      now: test.clock.now,
      onCrl: (list) => lists.add(list),
      onProblem: ({ code }) => problems.add(code),
      retry,
      ...more,
    });
    return watch;
  };

  it('tells of a revocation as soon as it is made', async () => {
    const { certificate } = await enrolDevice(test.authority, identity);
    const { serial } = parseCertificate(certificate);
    const { ready, isRevoked } = await start();
    await ready;
    expect(isRevoked(serial)).toBe(false);
    await test.authority.revoke({ identity });
    await lists.until((seen) => seen.at(-1)?.revoked.has(serial) === true);
    expect(isRevoked(serial)).toBe(true);
    expect(problems.seen).toEqual([]);
  });

  it('holds what was stored before the authority can be asked', async () => {
    const { certificate } = await enrolDevice(test.authority, identity);
    await test.authority.revoke({ identity });
    const { crl } = await test.authority.crl();
    const fetch = (): Promise<never> => Promise.reject(new Error('unreachable'));
    const estClient = createEstClient({ url: 'https://authority.example', fetch });
    const { isRevoked } = await start(undefined, { stored: crl, estClient });
    expect(isRevoked(parseCertificate(certificate).serial)).toBe(true);
    await problems.until((seen) => seen.includes('est-unreachable'));
  });

  it('goes on after cuts and refusals, and delivers once what it could not before', async () => {
    let cuts = 3;
    const cutting: Spoil = (response) => {
      if (cuts-- > 0) throw new Error('cut');
      return response;
    };
    let failures = 2;
    const onCrl = (list: RevocationList): void => {
      if (failures-- > 0) throw new Error('the store is down');
      lists.add(list);
    };
    await start(cutting, { onCrl });
    await lists.until((seen) => seen.length > 0);
    await enrolDevice(test.authority, identity);
    await test.authority.revoke({ identity });
    await lists.until((seen) => seen.at(-1)?.revoked.size === 1);
    expect(problems.seen.filter((code) => code === 'est-unreachable')).toHaveLength(3);
    expect(problems.seen.filter((code) => code === 'est-failed')).toHaveLength(2);
    expect(lists.seen.map(({ number }) => number)).toEqual([...new Set(lists.seen.map(({ number }) => number))]);
  });

  it('never takes an older list for a newer one', async () => {
    await enrolDevice(test.authority, identity);
    const old = await test.authority.crl();
    await test.authority.revoke({ identity });
    const { number } = await test.authority.crl();
    let replay = false;
    const replaying: Spoil = (response, url) => {
      if (url.includes('after=')) replay = true;
      return replay ? { ...response, status: 200, body: old.crl } : response;
    };
    const { isRevoked } = await start(replaying);
    await lists.until((seen) => seen.length > 0);
    // Wakes the long poll, which the middleman then answers with the old list.
    await enrolDevice(test.authority, { role: 'doctor', id: 'd-2' });
    await test.authority.revoke({ identity: { role: 'doctor', id: 'd-2' } });
    await problems.until((seen) => seen.includes('crl-rolled-back'));
    const [serial = ''] = (await test.authority.list()).map((record) => record.serial);
    expect(isRevoked(serial)).toBe(true);
    expect(lists.seen.at(-1)?.number).toBe(number);
  });

  it('reports an authority that came back from an old copy of its store', async () => {
    const later = await newAuthority();
    const record = (await later.options.store.read('authority', 'authority')) ?? '';
    later.clock.pass(30 * day);
    const { crl } = await later.authority.crl();
    const store = memoryStore();
    await store.create('authority', 'authority', record);
    // A copy whose clock is behind as well: its numbers are smaller.
    const restored = await Authority.open({ store, now: test.clock.now });
    service = new EstService(restored);
    const { authority } = later;
    await start(undefined, { root: authority.rootCertificate, issuing: authority.issuingCertificate, stored: crl });
    await problems.until((seen) => seen.includes('crl-rolled-back'));
  });

  it('refuses a list that is not the issuing authority’s, and one that is stale', async () => {
    const other = await newAuthority();
    const foreign = (await other.authority.crl()).crl;
    let answers: Bytes | undefined = foreign;
    const spoil: Spoil = (response) => (answers === undefined ? response : { ...response, status: 200, body: answers });
    const { isRevoked } = await start(spoil);
    await problems.until((seen) => seen.includes('signature-invalid'));
    const { crl } = await test.authority.crl();
    test.clock.pass(2 * day);
    answers = crl;
    await problems.until((seen) => seen.includes('crl-stale'));
    expect(lists.seen).toEqual([]);
    answers = undefined;
    await lists.until((seen) => seen.length === 1);
    expect(isRevoked('00')).toBe(false);
  });

  it('says once that its list has run out while the authority is silent', async () => {
    let silent = false;
    const spoil: Spoil = (response) => {
      if (silent) throw new Error('silent');
      return response;
    };
    const running = await start(spoil);
    await lists.until((seen) => seen.length > 0);
    expect(running.fresh).toBe(true);
    silent = true;
    test.clock.pass(2 * day);
    await enrolDevice(test.authority, identity);
    await test.authority.revoke({ identity });
    await problems.until((seen) => seen.filter((code) => code === 'est-unreachable').length > 5);
    expect(problems.seen.filter((code) => code === 'crl-stale')).toHaveLength(1);
    expect(running.fresh).toBe(false);
  });

  it('reports a stored list that was damaged and fetches a new one', async () => {
    const { crl } = await test.authority.crl();
    const { ready } = await start(undefined, { stored: crl.map((octet, index) => (index === 60 ? octet ^ 1 : octet)) });
    await ready;
    expect(problems.seen).toHaveLength(1);
  });

  it('does not start with an issuing certificate that the root did not sign', async () => {
    const other = await newAuthority();
    const attempt = start(undefined, { issuing: other.authority.issuingCertificate });
    await expect(attempt).rejects.toMatchObject({ code: 'issuer-mismatch' });
  });
});
