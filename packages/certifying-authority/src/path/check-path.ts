// Path validation (RFC 5280 section 6): from the anchor down to the leaf. What does not change with time (signatures,
// chaining, constraints) is checked here; time, revocation and role are checked at each use (valid-at.ts).
import { type Bytes, equalBytes, type Identity, type VerifyingKey } from '@vitalseal/protocol';
import { isEmptyName } from '../certificate/distinguished-name.ts';
import { keyUsageBit } from '../certificate/extensions.ts';
import { identityOf } from '../certificate/general-names.ts';
import { type Certificate, parseCertificate } from '../certificate/parse-certificate.ts';
import { isIdentifier, type KnownIdentifier } from '../der/object-identifiers.ts';
import { CertificateError } from '../errors.ts';
import { verifyingKey } from '../key/public-key.ts';
import { expectSignature } from '../key/signature.ts';

/** Leaf, issuing and two to spare; an anchor at the end may be sent along. */
export const maximumChainLength = 4;

/** A certificate that may sign others, reached from an anchor. */
export interface CheckedIssuer {
  readonly certificate: Certificate;
  readonly key: VerifyingKey;
  /** How many certificates of authorities may still stand between this one and a leaf. */
  readonly remaining: number;
  /** Anchor first. */
  readonly path: readonly Certificate[];
}

export interface CheckedLeaf {
  readonly certificate: Certificate;
  readonly key: VerifyingKey;
  readonly identity: Identity;
  /** Anchor first, leaf last. */
  readonly path: readonly Certificate[];
}

/** Trust begins here by configuration: its signature proves nothing, its constraints bind all the same. */
export async function checkAnchor(der: Bytes): Promise<CheckedIssuer> {
  const certificate = parseCertificate(der);
  const remaining = expectAuthority(certificate);
  return { certificate, key: await verifyingKey(certificate.publicKeySpki), remaining, path: [certificate] };
}

export async function checkIssuing(issuer: CheckedIssuer, der: Bytes): Promise<CheckedIssuer> {
  const certificate = parseCertificate(der);
  await expectIssuedBy(issuer, certificate);
  // Section 6.1.4 (k) to (n). A self-issued certificate counts like any other: stricter than the RFC, and we have none.
  const own = expectAuthority(certificate);
  if (issuer.remaining < 1) {
    throw new CertificateError('path-length-exceeded', 'expected no further authority under this one');
  }
  const remaining = Math.min(issuer.remaining - 1, own);
  return {
    certificate,
    key: await verifyingKey(certificate.publicKeySpki),
    remaining,
    path: [...issuer.path, certificate],
  };
}

export async function checkLeaf(issuer: CheckedIssuer, der: Bytes): Promise<CheckedLeaf> {
  const certificate = parseCertificate(der);
  await expectIssuedBy(issuer, certificate);
  expectSpeaker(certificate);
  const identity = identityOf(certificate.names);
  return {
    certificate,
    key: await verifyingKey(certificate.publicKeySpki),
    identity,
    path: [...issuer.path, certificate],
  };
}

/** Section 6.1.3 (a) (1) and (4). */
async function expectIssuedBy(issuer: CheckedIssuer, certificate: Certificate): Promise<void> {
  if (!equalBytes(certificate.issuer, issuer.certificate.subject)) {
    throw new CertificateError('issuer-mismatch', "expected the issuer's name to be the subject above it");
  }
  const { authorityKeyIdentifier } = certificate;
  const { subjectKeyIdentifier } = issuer.certificate;
  if (
    authorityKeyIdentifier !== undefined &&
    subjectKeyIdentifier !== undefined &&
    authorityKeyIdentifier !== subjectKeyIdentifier
  ) {
    throw new CertificateError(
      'issuer-mismatch',
      "expected the issuer's key identifier to be that of the certificate above",
    );
  }
  await expectSignature(certificate.signed, issuer.key, 'a certificate');
}

/** @returns its path length, infinite if it states none */
function expectAuthority({ authority, keyUsage, purposes, subject }: Certificate): number {
  if (authority === undefined || isEmptyName(subject)) {
    throw new CertificateError('not-an-authority', 'expected the issuer to be the certificate of an authority');
  }
  if (keyUsage?.has(keyUsageBit.keyCertSign) !== true) {
    throw new CertificateError('key-usage-refused', 'expected the issuer to be allowed to sign certificates');
  }
  // An authority that was limited to TLS servers cannot make identities.
  expectPurpose(purposes);
  return authority.pathLength ?? Number.POSITIVE_INFINITY;
}

/** A certificate that attests releases: for that alone (id-kp-codeSigning). */
export async function checkReleaseSigner(issuer: CheckedIssuer, der: Bytes): Promise<Omit<CheckedLeaf, 'identity'>> {
  return checkSignerFor('codeSigning', 'releases', issuer, der);
}

/** A certificate of a TPM's attestation key: for what the TPM states alone (tcg-kp-AIKCertificate). */
export async function checkAttestationKey(issuer: CheckedIssuer, der: Bytes): Promise<CheckedLeaf> {
  const checked = await checkSignerFor('tcgAttestationKey', 'what a TPM states', issuer, der);
  return { ...checked, identity: identityOf(checked.certificate.names) };
}

async function checkSignerFor(
  only: KnownIdentifier,
  what: string,
  issuer: CheckedIssuer,
  der: Bytes,
): Promise<Omit<CheckedLeaf, 'identity'>> {
  const certificate = parseCertificate(der);
  await expectIssuedBy(issuer, certificate);
  expectSigner(certificate);
  const [purpose, ...others] = certificate.purposes ?? [];
  if (purpose === undefined || others.length > 0 || !isIdentifier(purpose, only)) {
    throw new CertificateError('purpose-refused', `expected a certificate for signing ${what} alone`);
  }
  const key = await verifyingKey(certificate.publicKeySpki);
  return { certificate, key, path: [...issuer.path, certificate] };
}

function expectSpeaker(certificate: Certificate): void {
  expectSigner(certificate);
  // A TLS server's certificate is not an identity's: the key of a listener must not speak as the hospital.
  expectPurpose(certificate.purposes);
}

function expectSigner({ authority, keyUsage }: Certificate): void {
  if (authority !== undefined) {
    throw new CertificateError('leaf-is-authority', 'expected the first certificate not to be an authority');
  }
  const signs = keyUsage?.has(keyUsageBit.digitalSignature) === true;
  if (!signs || keyUsage.has(keyUsageBit.keyCertSign) || keyUsage.has(keyUsageBit.crlSign)) {
    throw new CertificateError('key-usage-refused', 'expected the key usage to be digital signature alone');
  }
}

function expectPurpose(purposes: readonly string[] | undefined): void {
  const allowed = (purpose: string): boolean =>
    isIdentifier(purpose, 'clientAuth') || isIdentifier(purpose, 'anyPurpose');
  if (purposes !== undefined && !purposes.some(allowed)) {
    throw new CertificateError('purpose-refused', 'expected no extended key usage, or that of a client');
  }
}
