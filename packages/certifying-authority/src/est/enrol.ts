// Enrolment and renewal as a device does them, whole: trust the root that was named, ask, check the answer's path, and
// hand back what the handshake needs.
import { type Bytes, type Identity, sameIdentity } from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';
import type { KeyPair } from '../key/key-pair.ts';
import { type ValidCertificate, validatePath } from '../path/path-validator.ts';
import { createRequest } from '../request/create-request.ts';
import { bootstrapTrust, type Trust } from './bootstrap-trust.ts';
import type { CertificateHolder, EstClient } from './est-client.ts';

export interface Enrolled {
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  /** DER. */
  readonly root: Bytes;
  /** UTC milliseconds; renew well before. */
  readonly notAfter: number;
}

/** With a key pair here. The key should be stored before this is called: the code answers to that key alone from then on. */
export async function enrol(
  client: EstClient,
  { keyPair, ...asked }: Omit<Asked, 'csr'> & { readonly keyPair: KeyPair; readonly code: string },
): Promise<Enrolled> {
  return enrolRequest(client, { ...asked, csr: await createRequest(keyPair, asked.identity) });
}

/** What all of them need: the root that is trusted from the start, and whom the certificate is to name. */
interface Asked {
  readonly csr: Bytes;
  readonly identity: Identity;
  readonly rootFingerprint: string;
  readonly now?: () => number;
}

/** With a request made elsewhere: in a secure element, a TPM. */
export function enrolRequest(client: EstClient, asked: Asked & { readonly code: string }): Promise<Enrolled> {
  return ask(client, asked, () => client.simpleEnroll(asked.csr, asked));
}

/** As a registration authority, for the key of a patient's card. */
export function register(
  client: EstClient,
  asked: Asked & { readonly registrar: CertificateHolder },
): Promise<Enrolled> {
  return ask(client, asked, () => client.simpleEnrollFor(asked.csr, asked.registrar));
}

/** As a hospital that may, for somebody on its staff who has signed in: for one session. */
export function registerStaff(
  client: EstClient,
  asked: Asked & { readonly registrar: CertificateHolder },
): Promise<Enrolled> {
  return ask(client, asked, () => client.staffEnrollFor(asked.csr, asked.identity, asked.registrar));
}

/** `rootFingerprint` is that of the root trusted since the first enrolment. */
export function renew(client: EstClient, asked: Asked & { readonly holder: CertificateHolder }): Promise<Enrolled> {
  return ask(client, asked, () => client.simpleReenroll(asked.csr, asked.holder));
}

/** Trust comes before the question: a code is shown to nobody but the authority that was named. */
async function ask(
  client: EstClient,
  { identity, rootFingerprint, now = Date.now }: Asked,
  forLeaf: () => Promise<Bytes>,
): Promise<Enrolled> {
  const trust = await bootstrapTrust(client, { rootFingerprint, now });
  return enrolled(await forLeaf(), trust, identity, now);
}

async function enrolled(
  leaf: Bytes,
  { root, issuing }: Trust,
  identity: Identity,
  now: () => number,
): Promise<Enrolled> {
  const { chain, valid } = await chainTo(leaf, issuing, root, now());
  if (!sameIdentity(valid.identity, identity))
    throw new CertificateError('identity-refused', 'expected a certificate for the identity asked for');
  return { chain, root, notAfter: valid.notAfter };
}

/** The authority hands out its certificates as a set: the right one above the leaf is the one whose path validates. */
async function chainTo(
  leaf: Bytes,
  issuing: readonly Bytes[],
  root: Bytes,
  at: number,
): Promise<{ chain: Bytes[]; valid: ValidCertificate }> {
  let reason: unknown;
  for (const certificate of issuing) {
    const chain = [leaf, certificate];
    try {
      return { chain, valid: await validatePath({ chain, anchors: [root], at }) };
    } catch (error) {
      reason = error;
    }
  }
  throw reason instanceof CertificateError
    ? reason
    : new CertificateError('untrusted', 'expected an issuing authority under the root');
}
