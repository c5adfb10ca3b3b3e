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
  {
    keyPair,
    identity,
    code,
    rootFingerprint,
    now = Date.now,
  }: {
    keyPair: KeyPair;
    identity: Identity;
    code: string;
    rootFingerprint: string;
    now?: () => number;
  },
): Promise<Enrolled> {
  const csr = await createRequest(keyPair, identity);
  return enrolRequest(client, { csr, identity, code, rootFingerprint, now });
}

/** With a request made elsewhere: in a secure element, a TPM. */
export async function enrolRequest(
  client: EstClient,
  {
    csr,
    identity,
    code,
    rootFingerprint,
    now = Date.now,
  }: {
    csr: Bytes;
    identity: Identity;
    code: string;
    rootFingerprint: string;
    now?: () => number;
  },
): Promise<Enrolled> {
  const trust = await bootstrapTrust(client, { rootFingerprint, now });
  const leaf = await client.simpleEnroll(csr, { identity, code });
  return enrolled(leaf, trust, identity, now);
}

/** As a registration authority, for the key of a patient's card. */
export async function register(
  client: EstClient,
  {
    csr,
    registrar,
    identity,
    rootFingerprint,
    now = Date.now,
  }: {
    csr: Bytes;
    registrar: CertificateHolder;
    identity: Identity;
    rootFingerprint: string;
    now?: () => number;
  },
): Promise<Enrolled> {
  const trust = await bootstrapTrust(client, { rootFingerprint, now });
  return enrolled(await client.simpleEnrollFor(csr, registrar), trust, identity, now);
}

/** As a hospital that may, for somebody on its staff who has signed in: for one session. */
export async function registerStaff(
  client: EstClient,
  {
    csr,
    registrar,
    identity,
    rootFingerprint,
    now = Date.now,
  }: {
    csr: Bytes;
    registrar: CertificateHolder;
    identity: Identity;
    rootFingerprint: string;
    now?: () => number;
  },
): Promise<Enrolled> {
  const trust = await bootstrapTrust(client, { rootFingerprint, now });
  return enrolled(await client.staffEnrollFor(csr, identity, registrar), trust, identity, now);
}

/** @param options.root the root trusted since the first enrolment */
export async function renew(
  client: EstClient,
  {
    csr,
    holder,
    identity,
    rootFingerprint,
    now = Date.now,
  }: {
    csr: Bytes;
    holder: CertificateHolder;
    identity: Identity;
    rootFingerprint: string;
    now?: () => number;
  },
): Promise<Enrolled> {
  const trust = await bootstrapTrust(client, { rootFingerprint, now });
  const leaf = await client.simpleReenroll(csr, holder);
  return enrolled(leaf, trust, identity, now);
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
