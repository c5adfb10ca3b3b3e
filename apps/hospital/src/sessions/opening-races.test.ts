/** A session that is opened while its person is shut out: the certificate takes its time, and the world goes on. */
import { createRequest, exportPublicKey, generateKeyPair } from '@vitalseal/certifying-authority';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removePasskey, removePerson } from '../people/person-register.ts';
import { base64url, PasskeyHospital, type TestPerson } from '../testing/passkey-hospital.ts';
import { type PrivatePostgresql, startPrivatePostgresql } from '../testing/private-postgresql.ts';

describe.each(['sqlite', 'postgresql'] as const)('a session that is being opened, on %s', (kind) => {
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

  async function whileItIsCertified(id: string, meanwhile: (person: TestPerson) => Promise<void>) {
    const person = await hospital.person({ role: 'doctor', id });
    const { request } = await person.begin();
    const answerAgain = hospital.ca.hold();
    const signing = hospital.post('/sign-in', request);
    const [passkey] = await hospital.store.passkeys.ofPerson(formatIdentity(person.identity));
    const usedAt = async () => (await hospital.store.passkeys.find(passkey?.id ?? ''))?.used_at;
    await expect.poll(usedAt).toEqual(expect.any(Number));
    await meanwhile(person);
    answerAgain();
    const { status, body } = await signing;
    const open = await hospital.store.sessions.openOf(formatIdentity(person.identity));
    return { status, code: body.code, open: open.length };
  }

  it('by somebody who is taken off the staff meanwhile is refused', async () => {
    const removed = await whileItIsCertified('house', async ({ identity }) => {
      const removing = { person: formatIdentity(identity), actor: 'operator:test', at: Date.now() };
      await hospital.store.transaction((db) => removePerson(hospital.store, removing, db));
    });
    expect(removed).toEqual({ status: 403, code: 'not-admitted', open: 0 });
  });

  it('with a passkey that is taken out of use meanwhile is refused, and its certificate revoked', async () => {
    const removed = await whileItIsCertified('wilson', async ({ identity }) => {
      const [passkey] = await hospital.store.passkeys.ofPerson(formatIdentity(identity));
      if (passkey === undefined) throw new Error('expected a passkey');
      const removing = { passkey, actor: 'operator:test', at: Date.now() };
      await hospital.store.transaction((db) => removePasskey(hospital.store, removing, db));
    });
    expect(removed).toEqual({ status: 403, code: 'not-admitted', open: 0 });
    const certified = (await hospital.ca.authority.list()).filter(({ identity }) => identity?.id === 'wilson');
    expect(certified.map(({ state }) => state)).toEqual(['revoked']);
  });

  it('with the key of another session is refused: the certificate is that of one session', async () => {
    const person = await hospital.person({ role: 'doctor', id: 'cameron' });
    const keys = await generateKeyPair({ extractable: true });
    const signIn = async () => {
      const spki = base64url(await exportPublicKey(keys.publicKey));
      const { body } = await hospital.post('/sign-in/options', { spki });
      const response = await person.authenticator.assert(
        body.options as Parameters<typeof person.authenticator.assert>[0],
      );
      const csr = base64url(await createRequest(keys));
      return hospital.post('/sign-in', { ceremony: body.ceremony, response, csr, roles: ['doctor'] });
    };
    expect(await signIn()).toMatchObject({ status: 200 });
    expect(await signIn()).toEqual({ status: 400, body: { code: 'sign-in-malformed' } });
    const identity: Identity = { role: 'doctor', id: 'cameron' };
    expect(await hospital.store.sessions.openOf(formatIdentity(identity))).toHaveLength(1);
  });
});
