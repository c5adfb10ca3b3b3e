import { equalBytes, type Identity } from '@vitalseal/protocol';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { enrolDevice, newAuthority, type TestAuthority } from '../authority/enrolled.fixture.ts';
import { encodeCertsOnly } from '../certs-only/certs-only.ts';
import { encodeBase64, encodeBase64Lines } from '../encoding/base64.ts';
import { expectRefusal } from '../expect-refusal.fixture.ts';
import { generateKeyPair, signEs256 } from '../key/key-pair.ts';
import { createRequest, createServerRequest } from '../request/create-request.ts';
import { bootstrapTrust } from './bootstrap-trust.ts';
import { enrol, renew } from './enrol.ts';
import { createEstClient, type EstClient } from './est-client.ts';
import { type EstRequest, EstService } from './est-service.ts';
import { type Spoil, serviceFetch } from './service-fetch.fixture.ts';

const identity: Identity = { role: 'sensor', id: 's-1' };
const day = 86_400_000;
const url = 'https://authority.example/doctor/';
const text = (body: Uint8Array): string => new TextDecoder().decode(body);

describe('enrolment by EST', () => {
  let test: TestAuthority;
  let service: EstService;
  let client: EstClient;
  const spoilt = (spoil: Spoil): EstClient => createEstClient({ url, fetch: serviceFetch(service, spoil) });
  beforeEach(async () => {
    test = await newAuthority();
    service = new EstService(test.authority);
    client = createEstClient({ url, fetch: serviceFetch(service) });
  });

  const options = async (): Promise<Parameters<typeof enrol>[1]> => {
    const { code } = await test.authority.invite({ identity });
    const keyPair = await generateKeyPair({ extractable: false });
    return { keyPair, identity, code, rootFingerprint: test.authority.rootFingerprint, now: test.clock.now };
  };

  it('gives a chain to the root of the link, for a key that never left', async () => {
    const { chain, root, notAfter } = await enrol(client, await options());
    expect(chain).toHaveLength(2);
    expect(equalBytes(root, test.authority.rootCertificate)).toBe(true);
    expect(notAfter).toBe(test.clock.now() + 365 * day);
  });

  it('is asked of the origin of the link, whatever page the link opens', async () => {
    const asked: string[] = [];
    const fetch = serviceFetch(service, (response, address) => {
      asked.push(address);
      return response;
    });
    await createEstClient({ url, fetch }).cacerts();
    expect(asked).toEqual(['https://authority.example/.well-known/est/cacerts']);
    expect(() => createEstClient({ url: 'nowhere', fetch })).toThrow('expected the address');
  });

  it('is renewed by the old key', async () => {
    const asked = await options();
    const { chain } = await enrol(client, asked);
    const [certificate] = chain;
    if (certificate === undefined) throw new Error('expected a certificate');
    test.clock.pass(200 * day);
    const csr = await createRequest(await generateKeyPair({ extractable: false }), identity);
    const sign = (data: Parameters<typeof signEs256>[1]): ReturnType<typeof signEs256> =>
      signEs256(asked.keyPair.privateKey, data);
    const { rootFingerprint } = asked;
    const { now } = test.clock;
    const renewed = await renew(client, { csr, holder: { certificate, sign }, identity, rootFingerprint, now });
    expect(renewed.notAfter).toBe(test.clock.now() + 365 * day);
  });

  it('gives a hospital the certificate of its TLS server', async () => {
    const hospital = await enrolDevice(test.authority, { role: 'hospital', id: 'h' }, { serverNames: ['localhost'] });
    const csr = await createServerRequest(await generateKeyPair({ extractable: true }), ['localhost']);
    const sign = (data: Parameters<typeof signEs256>[1]): ReturnType<typeof signEs256> =>
      signEs256(hospital.keys.privateKey, data);
    expect((await client.serverEnroll(csr, { certificate: hospital.certificate, sign })).length).toBeGreaterThan(0);
  });

  it('tells the device why it was refused, with the code', async () => {
    const asked = await options();
    await expectRefusal(
      enrol(client, { ...asked, code: '0000-0000-0000-0000-0000-0000-0000' }),
      'activation-code-refused',
    );
    await expectRefusal(enrol(client, { ...asked, identity: { role: 'doctor', id: 'd' } }), 'activation-code-refused');
    await enrol(client, asked);
    const other = await generateKeyPair({ extractable: false });
    await expectRefusal(enrol(client, { ...asked, keyPair: other }), 'activation-code-used');
  });

  it('believes no authority but the one of the link', async () => {
    const impostor = await newAuthority();
    await expectRefusal(
      enrol(client, { ...(await options()), rootFingerprint: impostor.authority.rootFingerprint }),
      'root-mismatch',
    );
    const leafPrint = 'aa'.repeat(32);
    await expectRefusal(bootstrapTrust(client, { rootFingerprint: leafPrint, now: Date.now }), 'root-mismatch');
  });

  it('refuses an issuing certificate that a root of the link did not sign', async () => {
    const impostor = await newAuthority();
    const mixed = encodeCertsOnly([test.authority.rootCertificate, impostor.authority.issuingCertificate]);
    const body = new TextEncoder().encode(encodeBase64Lines(mixed));
    const client = spoilt((response, asked) => (asked.endsWith('/cacerts') ? { ...response, body } : response));
    await expectRefusal(enrol(client, await options()), 'issuer-mismatch');
  });

  it('refuses a certificate for another key, another identity, or from another authority', async () => {
    const asked = await options();
    const stranger = await enrolDevice(test.authority, { role: 'sensor', id: 's-2' });
    const headers = { 'content-type': 'application/pkcs7-mime' };
    const instead = (der: Uint8Array<ArrayBuffer>): EstClient =>
      spoilt((response, askedUrl) => {
        const body = new TextEncoder().encode(encodeBase64Lines(encodeCertsOnly([der])));
        return askedUrl.endsWith('/simpleenroll') ? { status: 200, headers, body } : response;
      });
    await expectRefusal(enrol(instead(stranger.certificate), asked), 'est-failed');
    // The right key, certified as somebody else by the same authority.
    const doctor: Identity = { role: 'doctor', id: 'd-9' };
    const fresh = { ...asked, keyPair: await generateKeyPair({ extractable: false }) };
    const { code } = await test.authority.invite({ identity: doctor });
    const asDoctor = await test.authority.enrol(await createRequest(fresh.keyPair, doctor), { identity: doctor, code });
    await expectRefusal(enrol(instead(asDoctor), { ...fresh, ...(await codeFor(identity)) }), 'identity-refused');
  });

  it('refuses the certificate of another authority for the right key and identity', async () => {
    const asked = await options();
    const impostor = await newAuthority();
    const { code } = await impostor.authority.invite({ identity });
    const der = await impostor.authority.enrol(await createRequest(asked.keyPair, identity), { identity, code });
    const body = new TextEncoder().encode(encodeBase64Lines(encodeCertsOnly([der])));
    const forging = spoilt((response, url) => (url.endsWith('/simpleenroll') ? { ...response, body } : response));
    await expectRefusal(enrol(forging, asked), 'issuer-mismatch');
  });

  const codeFor = async (invited: Identity): Promise<{ code: string }> => ({
    code: (await test.authority.invite({ identity: invited })).code,
  });

  it('refuses answers that are no certs-only message, and does not repeat the text of a stranger', async () => {
    const asked = await options();
    const answers: Spoil[] = [
      (response) => ({ ...response, headers: { 'content-type': 'text/html' } }),
      (response) => ({
        ...response,
        status: 502,
        body: new TextEncoder().encode('<html>secret-from-elsewhere</html>'),
      }),
      (response) => ({
        ...response,
        status: 502,
        body: new TextEncoder().encode('secret-from-elsewhere (no-such-code)'),
      }),
    ];
    for (const spoil of answers) {
      const error = await enrol(spoilt(spoil), asked).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'est-failed' });
      expect(String(error)).not.toContain('secret-from-elsewhere');
    }
    await expectRefusal(
      enrol(
        spoilt((response) => ({ ...response, body: new Uint8Array(100) })),
        asked,
      ),
      'malformed',
    );
    await expectRefusal(
      enrol(
        spoilt((response) => ({ ...response, body: new Uint8Array(200_000) })),
        asked,
      ),
      'too-large',
    );
    const dead = createEstClient({ url, fetch: () => Promise.reject(new Error('connection refused')) });
    await expectRefusal(enrol(dead, asked), 'est-unreachable');
  });
});

describe('the EST service', () => {
  let test: TestAuthority;
  let service: EstService;
  beforeEach(async () => {
    test = await newAuthority();
    service = new EstService(test.authority);
  });

  const post = async (path: string, changes: Partial<EstRequest> = {}): ReturnType<EstService['handle']> =>
    service.handle({
      method: 'POST',
      url: `/.well-known/est${path}`,
      contentType: 'application/pkcs10',
      body: new Uint8Array(),
      ...changes,
    });

  it('answers as RFC 7030 says: media types, base64, 401 with a challenge', async () => {
    const cacerts = await service.handle({ method: 'GET', url: '/.well-known/est/cacerts', body: new Uint8Array() });
    expect(cacerts.status).toBe(200);
    expect(cacerts.headers['content-type']).toMatch(/^application\/pkcs7-mime/);
    expect(cacerts.headers['content-transfer-encoding']).toBe('base64');
    expect(text(cacerts.body)).toMatch(/^[A-Za-z0-9+/=\n]+$/);
    const csr = await createRequest(await generateKeyPair({ extractable: true }), identity);
    const unauthorised = await post('/simpleenroll', { body: new TextEncoder().encode(encodeBase64(csr)) });
    expect(unauthorised.status).toBe(401);
    expect(unauthorised.headers['www-authenticate']).toMatch(/^Basic realm=/);
    expect(text(unauthorised.body)).toMatch(/^expected .*\(activation-code-refused\)\n$/);
  });

  it('refuses other paths, methods, types and sizes with a status and a code', async () => {
    const authorization = 'Basic c2Vuc29yL3MtMTowMDAw';
    const cases: [ReturnType<EstService['handle']>, number, string][] = [
      [service.handle({ method: 'GET', url: '/', body: new Uint8Array() }), 404, 'est-failed'],
      [
        service.handle({ method: 'GET', url: '/.well-known/est/simpleenroll', body: new Uint8Array() }),
        404,
        'est-failed',
      ],
      [service.handle({ method: 'GET', url: '/crl?after=-1', body: new Uint8Array() }), 400, 'malformed'],
      [service.handle({ method: 'GET', url: '/crl?after=1e9', body: new Uint8Array() }), 400, 'malformed'],
      [post('/simpleenroll', { contentType: 'application/json', authorization }), 400, 'request-refused'],
      [post('/simpleenroll', { contentType: undefined, authorization }), 400, 'request-refused'],
      [post('/simpleenroll', { body: new Uint8Array(9000), authorization }), 413, 'too-large'],
      [post('/simpleenroll', { body: new TextEncoder().encode('!!!'), authorization }), 400, 'malformed'],
      [post('/simplereenroll', { body: new TextEncoder().encode('AAAA') }), 403, 'renewal-refused'],
      [post('/server/simpleenroll', { body: new TextEncoder().encode('AAAA') }), 403, 'renewal-refused'],
    ];
    for (const [answer, status, code] of cases) {
      const response = await answer;
      expect([response.status, text(response.body)]).toEqual([status, expect.stringContaining(`(${code})`)]);
    }
  });

  it('answers anything that is sent to it with a status below 500', async () => {
    const header = fc.oneof(
      fc.string(),
      fc.base64String().map((value) => `Basic ${value}`),
      fc.tuple(fc.base64String(), fc.base64String()).map(([a, b]) => `Vitalseal-Renewal ${a}.${b}`),
    );
    const path = fc.constantFrom('/simpleenroll', '/simplereenroll', '/server/simpleenroll', '/cacerts', '/x');
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.base64String().map((value) => new TextEncoder().encode(value)),
    );
    await fc.assert(
      fc.asyncProperty(path, header, body, async (where, authorization, bytes) => {
        const { status } = await post(where, { authorization, body: Uint8Array.from(bytes) });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { seed: 20260615, numRuns: 1000 },
    );
  });

  it('never writes a code into an answer', async () => {
    const { code } = await test.authority.invite({ identity });
    const csr = await createRequest(await generateKeyPair({ extractable: true }), { role: 'doctor', id: 'd-1' });
    const authorization = `Basic ${encodeBase64(new TextEncoder().encode(`sensor/s-1:${code}`))}`;
    const refused = await post('/simpleenroll', { body: new TextEncoder().encode(encodeBase64(csr)), authorization });
    expect(refused.status).toBe(403);
    expect(text(refused.body)).not.toContain(code);
    expect(text(refused.body)).not.toContain('s-1');
  });

  it('lets a failure of the store through, so that the server can say 500', async () => {
    const { options } = test;
    const broken = { ...options.store, names: () => Promise.reject(new Error('disk')) };
    const { Authority } = await import('../authority/authority.ts');
    const failing = new EstService(await Authority.open({ ...options, store: broken }));
    await expect(failing.handle({ method: 'GET', url: '/crl', body: new Uint8Array() })).rejects.toThrow('disk');
  });
});
