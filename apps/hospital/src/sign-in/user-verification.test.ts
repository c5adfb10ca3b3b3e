/** Whoever merely has the device is nobody: the authenticator must have verified the person (WebAuthn's flag UV). */
import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { SoftwareAuthenticator } from '@vitalseal/clinician/node';
import { type CborValue, decodeCbor, encodeCbor } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PasskeyHospital, TestPerson } from '../testing/passkey-hospital.ts';

let hospital: PasskeyHospital;
beforeAll(async () => {
  hospital = await PasskeyHospital.start();
});
afterAll(() => hospital.remove());

const flagsAt = 32;
const userVerified = 0x04;

function unverified(authData: Uint8Array): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(authData);
  changed[flagsAt] = (changed[flagsAt] ?? 0) & ~userVerified;
  return changed;
}

test('a passkey that was made without the person being verified is refused', async () => {
  const identity = { role: 'doctor', id: 'house' } as const;
  await hospital.register(identity);
  const token = await hospital.invite(identity);
  const { authenticator } = new TestPerson(hospital, identity);
  const { body } = await hospital.post('/sign-in/registration/options', { token });
  const made = await authenticator.create(body.options as Parameters<SoftwareAuthenticator['create']>[0]);
  const attestation = decodeCbor(new Uint8Array(Buffer.from(made.response.attestationObject, 'base64url')));
  const authData = attestation instanceof Map ? attestation.get('authData') : undefined;
  if (!(authData instanceof Uint8Array)) throw new Error("expected an authenticator's data");
  const object = new Map<string, CborValue>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', unverified(authData)],
  ]);
  const attestationObject = Buffer.from(encodeCbor(object)).toString('base64url');
  const response = { ...made, response: { ...made.response, attestationObject } };
  const answer = await hospital.post('/sign-in/registration', { ceremony: body.ceremony, token, response });
  expect(answer).toEqual({ status: 403, body: { code: 'passkey-refused' } });
});

test('a word that a passkey gives without the person being verified signs in nobody', async () => {
  const person = await hospital.person({ role: 'doctor', id: 'wilson' });
  const { request } = await person.begin();
  const [passkey] = person.authenticator.passkeys;
  const key = createPrivateKey({
    key: Buffer.from(passkey?.privateKey ?? '', 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  const again = (change: (authData: Uint8Array) => Uint8Array) => {
    const { response } = request.response;
    const authData = change(Buffer.from(response.authenticatorData, 'base64url'));
    const clientHash = createHash('sha256').update(Buffer.from(response.clientDataJSON, 'base64url')).digest();
    const signature = sign('sha256', Buffer.concat([authData, clientHash]), key).toString('base64url');
    const authenticatorData = Buffer.from(authData).toString('base64url');
    return { ...request, response: { ...request.response, response: { ...response, authenticatorData, signature } } };
  };
  const refused = await hospital.post('/sign-in', again(unverified));
  expect(refused).toEqual({ status: 403, body: { code: 'passkey-refused' } });
  const { request: next } = await person.begin();
  expect(await hospital.post('/sign-in', next)).toMatchObject({ status: 200 });
});
