// A session begins: a new key that cannot leave this device, a passkey that signs for exactly that key (its hash is part
// of the challenge), and a certificate that lives as long as the session. With the session the key dies.
import { base64URLStringToBuffer, bufferToBase64URLString } from '@simplewebauthn/browser';
import { createRequest, exportPublicKey, fingerprint, validatePath } from '@vitalseal/certifying-authority';
import { type Bytes, equalBytes, type StaffRole } from '@vitalseal/protocol';
import type { DeviceCredential, KeyCustody } from '../custody/key-custody.ts';
import { ClinicianError } from '../errors.ts';
import type { Transport } from '../link/transport.ts';
import type { Passkeys, PublicKeyCredentialRequestOptionsJSON } from '../passkey/passkeys.ts';
import { type Answer, askDesk, notUnderstood, optionsIn, type Person, personIn, textIn } from './sign-in-desk.ts';

export interface PasskeySignInOptions {
  /** Whom this device serves: a passkey of anybody else is refused. */
  readonly roles: readonly StaffRole[];
  readonly custody: KeyCustody;
  readonly passkeys: Passkeys;
  readonly transport: Transport;
  /** UTC ms. */
  readonly now?: () => number;
}

/** @throws ClinicianError; the custody is then as it was */
export async function signInWithPasskey(options: PasskeySignInOptions): Promise<Person> {
  const { roles, custody, passkeys, transport, now = Date.now } = options;
  const keyPair = await custody.newKey();
  const spki = await exportPublicKey(keyPair.publicKey);
  const begun = await askDesk(transport, 'sign-in/options', { spki: bufferToBase64URLString(spki.buffer) });
  const response = await passkeys.assert(optionsIn<PublicKeyCredentialRequestOptionsJSON>(begun));
  const csr = await createRequest(keyPair);
  const answer = await askDesk(transport, 'sign-in', {
    ceremony: textIn(begun, 'ceremony'),
    response,
    csr: bufferToBase64URLString(csr.buffer),
    roles,
  });
  const credential = await judged(answer, { roles, spki, at: now(), trusted: await custody.trustedRoot() });
  await custody.keep({ ...credential, privateKey: keyPair.privateKey });
  await custody.trustRoot(await fingerprint(credential.root));
  return personIn(answer);
}

interface Expected {
  readonly roles: readonly StaffRole[];
  readonly spki: Bytes;
  readonly at: number;
  /** Fingerprint of the root that this device was told of; undefined at a first sign-in without an invitation. */
  readonly trusted: string | undefined;
}

async function judged(answer: Answer, expected: Expected): Promise<Omit<DeviceCredential, 'privateKey'>> {
  const { role, id, name } = personIn(answer);
  const root = bytesIn(answer.root);
  const chain = Array.isArray(answer.chain) ? answer.chain.map(bytesIn) : [];
  if (expected.trusted !== undefined && expected.trusted !== (await fingerprint(root))) {
    throw new ClinicianError('root-not-pinned', 'expected the authority that this device was told of');
  }
  const { roles, at, spki } = expected;
  const valid = await validatePath({ chain, anchors: [root], at, role: roles }).catch((cause: unknown) => {
    throw new ClinicianError('root-not-pinned', 'expected a certificate of our authority for this session', { cause });
  });
  if (!equalBytes(valid.publicKeySpki, spki) || valid.identity.id !== id || valid.identity.role !== role) {
    throw new ClinicianError('sign-in-refused', 'expected a certificate for this key and this person');
  }
  const session = { id: textIn(answer, 'session'), name, expiresAt: valid.notAfter };
  return { identity: valid.identity, chain, root, session };
}

function bytesIn(value: unknown): Bytes {
  if (typeof value !== 'string') throw notUnderstood('bytes in base64url');
  try {
    return new Uint8Array(base64URLStringToBuffer(value));
  } catch {
    throw notUnderstood('bytes in base64url');
  }
}
