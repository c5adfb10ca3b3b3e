import { createRequest, exportPublicKey, generateKeyPair, parseCertificate } from '@vitalseal/certifying-authority';
import { SoftwareAuthenticator } from '@vitalseal/clinician/node';
import type { Identity } from '@vitalseal/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64url, PasskeyHospital, TestPerson } from '../testing/passkey-hospital.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';
import { TestClinician } from '../testing/test-clinician.ts';

const house: Identity = { role: 'doctor', id: 'house' };
const cuddy: Identity = { role: 'administrator', id: 'cuddy' };

describe.each(['sqlite', 'postgresql'] as const)('signing in with a passkey, on %s', (kind) => {
  let postgresql: PrivatePostgresql | undefined;
  let hospital: PasskeyHospital;
  beforeAll(async () => {
    postgresql = kind === 'postgresql' ? startPrivatePostgresql() : undefined;
    hospital = await PasskeyHospital.start({ databaseUrl: await postgresql?.createDatabase() });
  }, 60_000);
  afterAll(async () => {
    await hospital.remove();
    postgresql?.remove();
  });

  it('an invited person registers a passkey, signs in, and is certified for a session', async () => {
    const person = await hospital.person(house);
    const device = await person.listening();
    const [welcome, session] = device.heard.map(({ message }) => message);
    expect(welcome).toMatchObject({ type: 'welcome' });
    expect(session).toMatchObject({ type: 'session', session: device.session, person: house, method: 'passkey' });
    const [leaf = new Uint8Array()] = device.options.credential.certificateChain;
    const { notBefore, notAfter } = parseCertificate(leaf);
    expect(notAfter - notBefore).toBeLessThan(13 * 3_600_000);
    const row = await hospital.store.sessions.find(device.session);
    expect(row).toMatchObject({ person: 'urn:vitalseal:doctor:house', method: 'passkey', ended_at: null });
  });

  it('what is said of signing in tells the origin and the root, and that it is by passkeys', async () => {
    const response = await fetch(new URL('/sign-in', hospital.running.peopleUrl));
    expect(await response.json()).toMatchObject({ mode: 'passkeys', rpId: 'localhost', origin: hospital.origin });
    const health = await fetch(new URL('/healthz', hospital.running.peopleUrl));
    expect(await health.json()).toMatchObject({ signIn: { mode: 'passkeys', ready: true } });
  });

  it('an invitation works once; a forged, an expired and a withdrawn one never', async () => {
    const wilson: Identity = { role: 'doctor', id: 'wilson' };
    await hospital.register(wilson);
    const token = await hospital.invite(wilson);
    const person = new TestPerson(hospital, wilson);
    expect(await person.registerPasskey(token)).toMatchObject({ status: 201 });
    const again = await new TestPerson(hospital, wilson).registerPasskey(token);
    expect(again).toEqual({ status: 403, body: { code: 'invitation-used' } });
    const forged = await hospital.post('/sign-in/registration/options', { token: 'A'.repeat(43) });
    expect(forged).toEqual({ status: 403, body: { code: 'invitation-refused' } });
    const expired = await hospital.invite(wilson, -1);
    const late = await hospital.post('/sign-in/registration/options', { token: expired });
    expect(late).toEqual({ status: 403, body: { code: 'invitation-expired' } });
    const first = await hospital.invite(wilson);
    await hospital.invite(wilson);
    const void_ = await hospital.post('/sign-in/registration/options', { token: first });
    expect(void_).toEqual({ status: 403, body: { code: 'invitation-refused' } });
  });

  it('of two who use one invitation at the same moment one registers a passkey', async () => {
    const taub: Identity = { role: 'doctor', id: 'taub' };
    await hospital.register(taub);
    const token = await hospital.invite(taub);
    const both = await Promise.all([0, 1].map(() => new TestPerson(hospital, taub).registerPasskey(token)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 403]);
    expect(await hospital.store.passkeys.ofPerson('urn:vitalseal:doctor:taub')).toHaveLength(1);
  });

  it('a person has several passkeys, and signs in with each', async () => {
    const cameron: Identity = { role: 'doctor', id: 'cameron' };
    const person = await hospital.person(cameron);
    const other = new TestPerson(hospital, cameron);
    await other.registerPasskey(await hospital.invite(cameron));
    for (const each of [person, other]) await (await each.signIn()).agree();
    expect(await hospital.store.passkeys.ofPerson('urn:vitalseal:doctor:cameron')).toHaveLength(2);
  });

  it('a passkey of another origin is refused', async () => {
    const chase: Identity = { role: 'doctor', id: 'chase' };
    const person = await hospital.person(chase);
    person.authenticator = new SoftwareAuthenticator({
      origin: 'http://localhost:1',
      passkeys: person.authenticator.passkeys,
    });
    const { request } = await person.begin();
    expect(await hospital.post('/sign-in', request)).toEqual({ status: 403, body: { code: 'passkey-refused' } });
  });

  it("a passkey's word serves once", async () => {
    const foreman: Identity = { role: 'doctor', id: 'foreman' };
    const person = await hospital.person(foreman);
    const { request } = await person.begin();
    expect((await hospital.post('/sign-in', request)).status).toBe(200);
    expect(await hospital.post('/sign-in', request)).toEqual({ status: 400, body: { code: 'ceremony-unknown' } });
    // The same word under a ceremony that was begun anew is no answer to it.
    const { request: next } = await person.begin();
    const replayed = { ...next, response: request.response };
    expect(await hospital.post('/sign-in', replayed)).toEqual({ status: 403, body: { code: 'passkey-refused' } });
  });

  it('a passkey signs for one key of a device: with a request of another nobody is signed in', async () => {
    const person = await hospital.person({ role: 'doctor', id: 'thirteen' });
    const { request } = await person.begin();
    const stranger = await generateKeyPair({ extractable: false });
    const foreign = { ...request, csr: base64url(await createRequest(stranger)) };
    expect(await hospital.post('/sign-in', foreign)).toEqual({ status: 400, body: { code: 'sign-in-malformed' } });
    const spki = base64url(await exportPublicKey(stranger.publicKey));
    expect((await hospital.post('/sign-in/options', { spki })).status).toBe(200);
  });

  it('a request that names somebody else is refused', async () => {
    const person = await hospital.person({ role: 'doctor', id: 'kutner' });
    const { keys, request } = await person.begin();
    const named = { ...request, csr: base64url(await createRequest(keys, { role: 'administrator', id: 'kutner' })) };
    expect(await hospital.post('/sign-in', named)).toMatchObject({ body: { code: 'identity-refused' } });
  });

  it('a passkey that counts backwards is out of use, and what it opened ends', async () => {
    const person = await hospital.person({ role: 'doctor', id: 'park' });
    const copied = person.authenticator.passkeys;
    const device = await person.listening();
    await person.signIn();
    person.authenticator = new SoftwareAuthenticator({ origin: hospital.origin, passkeys: copied });
    const { request } = await person.begin();
    expect(await hospital.post('/sign-in', request)).toEqual({ status: 403, body: { code: 'passkey-cloned' } });
    await device.until(({ message }) => message.type === 'session-ended' && message.reason === 'revoked');
    const { request: again } = await person.begin();
    expect(await hospital.post('/sign-in', again)).toEqual({ status: 403, body: { code: 'passkey-refused' } });
  });

  it("a page serves its own roles: an administrator's passkey opens no doctor's page", async () => {
    const person = await hospital.person(cuddy);
    const { request } = await person.begin();
    const wrong = await hospital.post('/sign-in', { ...request, roles: ['doctor'] });
    expect(wrong).toEqual({ status: 403, body: { code: 'role-not-served' } });
  });

  it('a certificate without a session opens no channel', async () => {
    const credential = await hospital.ca.enrol(house);
    const device = await (await hospital.person({ role: 'doctor', id: 'adams' })).signIn();
    await device.agree();
    const stranger = new TestClinician({ ...device.options, identity: house, credential });
    await expect(stranger.agree()).rejects.toMatchObject({ code: 'peer-refused' });
  });

  it('each sign-in and each refusal stands in the audit log', async () => {
    const entries = await hospital.store.database.selectFrom('audit_entries').select('entry').execute();
    const acts = entries.map(({ entry }) => JSON.parse(entry) as { kind: string; refused?: string });
    for (const kind of ['person-registered', 'person-invited', 'passkey-registered', 'signed-in', 'passkey-removed']) {
      expect(acts.some((act) => act.kind === kind)).toBe(true);
    }
    const refused = new Set(acts.flatMap(({ refused: code }) => code ?? []));
    for (const code of [
      'passkey-refused',
      'passkey-cloned',
      'ceremony-unknown',
      'invitation-used',
      'role-not-served',
    ]) {
      expect(refused).toContain(code);
    }
  });
});

describe('a hospital that may not have its staff certified', () => {
  it('serves, says so, and signs nobody in', async () => {
    const hospital = await PasskeyHospital.start({ staffRegistration: false });
    try {
      const person = await hospital.person(house);
      const { request } = await person.begin();
      const answer = await hospital.post('/sign-in', request);
      expect(answer).toEqual({ status: 503, body: { code: 'no-staff-registration' } });
      const health = await fetch(new URL('/healthz', hospital.running.peopleUrl));
      expect(await health.json()).toMatchObject({ signIn: { ready: false } });
    } finally {
      await hospital.remove();
    }
  });
});

describe('an origin', () => {
  it.each(['http://127.0.0.1:8080', 'https://10.0.0.1', 'http://hospital.example', 'nothing', 'https://[::1]:1'])(
    '%s is none that passkeys can be for',
    async (origin) => {
      const starting = PasskeyHospital.start({ signIn: { mode: 'passkeys', origin } });
      await expect(starting).rejects.toMatchObject({ code: 'invalid-option' });
    },
  );
});
