// Sign-in against a hospital's desk that lies: what comes back is believed only for this key, this person and this root.
// The honest one is the real hospital's, in tests/journeys/people-sign-in.test.ts.
import { bufferToBase64URLString } from '@simplewebauthn/browser';
import {
  createIssuing,
  createRequest,
  createRoot,
  exportPublicKey,
  fingerprint,
  generateKeyPair,
  type Issuer,
  issueCertificate,
} from '@vitalseal/certifying-authority';
import type { Bytes, Identity } from '@vitalseal/protocol';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { memoryCustody } from '../custody/memory-custody.ts';
import { reasonOf } from '../errors.ts';
import { SoftwareAuthenticator } from '../node/software-authenticator.ts';
import { parseInvitation } from './invitation.ts';
import { registerPasskey } from './register-passkey.ts';
import { signInOffer } from './sign-in-desk.ts';
import { signInWithPasskey } from './sign-in-with-passkey.ts';

const origin = 'https://hospital.example';
const doctor: Identity = { role: 'doctor', id: 'okafor' };
const token = 'A'.repeat(43);

interface Lies {
  /** Certifies this key in place of the one that asked. */
  readonly otherKey?: boolean;
  readonly certified?: Identity;
  readonly told?: Identity;
  readonly answer?: () => Response;
}

let root: Bytes;
let issuing: Issuer;
let authenticator: SoftwareAuthenticator;
let custody: ReturnType<typeof memoryCustody>;

const text = (bytes: Uint8Array<ArrayBuffer>): string => bufferToBase64URLString(bytes.buffer);
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
const codeOfRefusal = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', reasonOf);

/** A desk that answers as a hospital does, but for its lies. */
function desk({ otherKey = false, certified = doctor, told = doctor, answer }: Lies = {}) {
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const path = new URL(String(url)).pathname;
    const asked = JSON.parse(String(init?.body ?? '{}'));
    const challenge = text(crypto.getRandomValues(new Uint8Array(64)));
    if (path === '/sign-in/registration/options') {
      const user = { id: text(new Uint8Array(32)), name: told.id, displayName: told.id };
      const rp = { id: 'hospital.example', name: 'Hospital' };
      const options = { rp, user, challenge, pubKeyCredParams: [{ type: 'public-key', alg: -7 }] };
      return json({ ceremony: 'c', person: { ...told, name: 'Dr Okafor' }, options });
    }
    if (path === '/sign-in/registration') return json({ person: { ...told, name: 'Dr Okafor' } }, 201);
    if (path === '/sign-in/options') {
      return json({ ceremony: 'c', options: { challenge, rpId: 'hospital.example', userVerification: 'required' } });
    }
    if (answer !== undefined) return answer();
    const keyPair = otherKey ? await generateKeyPair({ extractable: false }) : undefined;
    const csr =
      keyPair === undefined
        ? new Uint8Array(Buffer.from(asked.csr, 'base64url'))
        : await createRequest(keyPair, certified);
    const leaf = await issueCertificate({ csr, identity: certified, issuer: issuing, ...validity });
    return json({
      person: { ...told, name: 'Dr Okafor' },
      session: 's1',
      chain: [text(leaf), text(issuing.certificate)],
      root: text(root),
    });
  };
  return { hospitalUrl: `${origin}/`, fetch };
}

async function signIn(lies: Lies = {}) {
  const transport = desk(lies);
  await registerPasskey({ invitation: await link(), custody, passkeys: authenticator, transport });
  return signInWithPasskey({ roles: ['doctor'], custody, passkeys: authenticator, transport });
}

const link = async () => `${origin}/doctor/#invite=${token}&root=${await fingerprint(root)}`;

const validity = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 };

beforeAll(async () => {
  const rootKey = await generateKeyPair({ extractable: false });
  root = await createRoot({ keyPair: rootKey, name: 'Test root', ...validity });
  const { publicKey, privateKey } = await generateKeyPair({ extractable: false });
  const publicKeySpki = await exportPublicKey(publicKey);
  const by = { certificate: root, privateKey: rootKey.privateKey };
  const certificate = await createIssuing({ publicKeySpki, name: 'Test issuing', root: by, ...validity });
  issuing = { certificate, privateKey };
});

beforeEach(() => {
  authenticator = new SoftwareAuthenticator({ origin });
  custody = memoryCustody();
});

test('an honest desk signs in, under a key that nobody can read, and the root is believed from then on', async () => {
  expect(await signIn()).toEqual({ ...doctor, name: 'Dr Okafor' });
  const credential = await custody.load();
  expect(credential).toMatchObject({ identity: doctor, session: { id: 's1', name: 'Dr Okafor' } });
  expect(credential?.privateKey.extractable).toBe(false);
  expect(await custody.trustedRoot()).toBe(await fingerprint(root));
  await custody.forget();
  expect(await custody.trustedRoot()).toBe(await fingerprint(root));
});

test('an invitation is read whole, or not at all', async () => {
  const pin = await fingerprint(root);
  expect(parseInvitation(await link())).toEqual({ hospitalUrl: `${origin}/`, token, rootFingerprint: pin });
  for (const wrong of ['', 'no link', `${origin}/#invite=short&root=${pin}`, `${origin}/#invite=${token}&root=ab`]) {
    expect(() => parseInvitation(wrong)).toThrow(expect.objectContaining({ code: 'link-malformed' }));
  }
});

test('a root other than the one of the invitation is not believed', async () => {
  const transport = desk();
  const other = `${origin}/doctor/#invite=${token}&root=${'0'.repeat(64)}`;
  await registerPasskey({ invitation: other, custody, passkeys: authenticator, transport });
  const signed = signInWithPasskey({ roles: ['doctor'], custody, passkeys: authenticator, transport });
  expect(await codeOfRefusal(signed)).toBe('root-not-pinned');
  expect(await custody.load()).toBeUndefined();
});

test.each<[string, Lies]>([
  ['for another key than the one that this device made', { otherKey: true }],
  ['of somebody else than the hospital says', { told: { role: 'doctor', id: 'braun' } }],
])('a certificate %s is refused', async (_, lies) => {
  expect(await codeOfRefusal(signIn(lies))).toBe('sign-in-refused');
  expect(await custody.load()).toBeUndefined();
});

test('a certificate of a role that this page does not serve is refused', async () => {
  const auditor: Identity = { role: 'auditor', id: 'moreau' };
  expect(await codeOfRefusal(signIn({ certified: auditor, told: auditor }))).toBe('root-not-pinned');
  expect(await custody.load()).toBeUndefined();
});

test.each<[string, () => Response]>([
  ['passkey-cloned', () => json({ code: 'passkey-cloned' }, 403)],
  ['hospital-busy', () => new Response('', { status: 503 })],
  ['message-not-understood', () => json({ person: 'nobody' })],
  ['message-not-understood', () => json({ person: { role: 'patient', id: 'x', name: 'x' } })],
  ['message-not-understood', () => json({ person: { ...doctor, name: 'x' }, root: 7, chain: [] })],
])('what the desk answers is told as %s', async (code, answer) => {
  expect(await codeOfRefusal(signIn({ answer }))).toBe(code);
  expect(await custody.load()).toBeUndefined();
});

test('a hospital that names no way of signing in is not understood, and one that is away is unreachable', async () => {
  const hospitalUrl = `${origin}/`;
  const odd = signInOffer({ hospitalUrl, fetch: async () => json({ mode: 'password' }) });
  expect(await codeOfRefusal(odd)).toBe('message-not-understood');
  const away = signInOffer({
    hospitalUrl,
    fetch: async () => {
      throw new TypeError('no network');
    },
  });
  expect(await codeOfRefusal(away)).toBe('hospital-unreachable');
});
