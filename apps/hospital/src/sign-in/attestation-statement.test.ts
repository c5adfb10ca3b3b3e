/** No attestation is asked for: what a maker's certificate says of a passkey is not judged, and nothing is fetched for it. */
import { createHash, sign } from 'node:crypto';
import { createRoot, exportPrivateKey, generateKeyPair } from '@vitalseal/certifying-authority';
import type { SoftwareAuthenticator } from '@vitalseal/clinician/node';
import { type CborValue, decodeCbor, encodeCbor } from '@vitalseal/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PasskeyHospital, TestPerson } from '../testing/passkey-hospital.ts';

let hospital: PasskeyHospital;
beforeAll(async () => {
  hospital = await PasskeyHospital.start();
});
afterAll(() => hospital.remove());

type Options = Parameters<SoftwareAuthenticator['create']>[0];
type Made = Awaited<ReturnType<SoftwareAuthenticator['create']>>;

/** A statement that is good in itself, by a key whose certificate anybody can write. */
async function stated({ response, ...made }: Made): Promise<Made> {
  const attestation = decodeCbor(bytesOf(response.attestationObject));
  const authData = attestation instanceof Map ? attestation.get('authData') : undefined;
  if (!(authData instanceof Uint8Array)) throw new Error("expected an authenticator's data");
  const idLength = (authData[53] ?? 0) * 256 + (authData[54] ?? 0);
  const cose = decodeCbor(authData.slice(55 + idLength));
  if (!(cose instanceof Map)) throw new Error('expected a key');
  const point = [cose.get(-2), cose.get(-3)].map((each) => Buffer.from(each as Uint8Array));
  const signed = Buffer.concat([
    Buffer.of(0),
    authData.slice(0, 32),
    createHash('sha256').update(bytesOf(response.clientDataJSON)).digest(),
    authData.slice(55, 55 + idLength),
    Buffer.of(4),
    ...point,
  ]);
  const keyPair = await generateKeyPair({ extractable: true });
  const at = Date.now();
  const certificate = await createRoot({ keyPair, name: 'Maker', notBefore: at - 1000, notAfter: at + 60_000 });
  const key = Buffer.from(await exportPrivateKey(keyPair.privateKey));
  const sig = sign('sha256', signed, { key, format: 'der', type: 'pkcs8' });
  const statement = new Map<string, CborValue>([
    ['sig', new Uint8Array(sig)],
    ['x5c', [certificate]],
  ]);
  const object = encodeCbor(
    new Map<string, CborValue>([
      ['fmt', 'fido-u2f'],
      ['attStmt', statement],
      ['authData', new Uint8Array(authData)],
    ]),
  );
  return { ...made, response: { ...response, attestationObject: Buffer.from(object).toString('base64url') } };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'base64url'));
}

test("a passkey that comes with a maker's statement is refused, and without it is taken", async () => {
  const identity = { role: 'doctor', id: 'house' } as const;
  await hospital.register(identity);
  const token = await hospital.invite(identity);
  const { authenticator } = new TestPerson(hospital, identity);
  const offer = async (change: (made: Made) => Made | Promise<Made>) => {
    const { body } = await hospital.post('/sign-in/registration/options', { token });
    const response = await change(await authenticator.create(body.options as Options));
    return hospital.post('/sign-in/registration', { ceremony: body.ceremony, token, response });
  };
  expect(await offer(stated)).toEqual({ status: 403, body: { code: 'passkey-refused' } });
  expect(await offer((made) => made)).toMatchObject({ status: 201 });
});
