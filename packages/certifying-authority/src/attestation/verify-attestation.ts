// Whether the authority vouches for a release: the path from a trusted root to a signer of releases, the signature, the
// validity of both, and that neither of them nor the attestation itself is revoked.
import { type Bytes, equalBytes, ProtocolError, sha256, verifySign1 } from '@vitalseal/protocol';
import { maximumCertificateLength, parseCertificate } from '../certificate/parse-certificate.ts';
import { CertificateError } from '../errors.ts';
import { type CheckedIssuer, checkAnchor, checkIssuing, checkReleaseSigner } from '../path/check-path.ts';
import { expectUnrevoked, expectValidAt, type IsRevoked } from '../path/valid-at.ts';
import { type Attested, attestationContext, parseAttestation } from './attestation.ts';

export interface AttestationQuestion {
  readonly attestation: Bytes;
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
  /** UTC milliseconds. */
  readonly at: number;
  readonly isRevoked?: IsRevoked;
}

export interface ValidAttestation extends Attested {
  /** The certificate that signed it, DER, and its SHA-256: what access rules name (GlobalPlatform's DeviceAppID). */
  readonly signer: Bytes;
  readonly signerHash: Bytes;
}

/** @throws CertificateError */
export async function verifyAttestation(question: AttestationQuestion): Promise<ValidAttestation> {
  const { attestation, anchors, at, isRevoked } = question;
  const { chain, message, ...attested } = parseAttestation(attestation);
  const [signerDer, issuingDer, ...others] = chain;
  if (signerDer === undefined || issuingDer === undefined || others.length > 0) {
    throw new CertificateError('chain-length', 'expected the certificates of a signer of releases and of its issuer');
  }
  if (chain.some(({ length }) => length > maximumCertificateLength)) {
    throw new CertificateError('too-large', `expected certificates of at most ${maximumCertificateLength} octets`);
  }
  const issuing = await checkIssuing(await anchorOf(issuingDer, anchors), issuingDer);
  const signer = await checkReleaseSigner(issuing, signerDer);
  await verifySign1(message, attestationContext, signer.key).catch((cause: unknown) => {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new CertificateError('signature-invalid', 'expected the signature of an attestation', { cause });
  });
  expectValidAt(signer.path, at);
  expectUnrevoked([...signer.path.slice(1).map(({ serial }) => serial), attested.serial], isRevoked);
  return { ...attested, signer: signerDer, signerHash: await sha256(signerDer) };
}

async function anchorOf(issuing: Bytes, anchors: readonly Bytes[]): Promise<CheckedIssuer> {
  const { issuer } = parseCertificate(issuing);
  for (const anchor of anchors) {
    if (equalBytes(parseCertificate(anchor).subject, issuer)) return await checkAnchor(anchor);
  }
  throw new CertificateError('untrusted', 'expected a chain that ends at a trusted root');
}
