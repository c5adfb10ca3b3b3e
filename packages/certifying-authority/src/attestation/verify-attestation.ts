// Whether the authority vouches for a release: the path from a trusted root to a signer of releases, the signature, the
// validity of both, and that neither of them nor the attestation itself is revoked.
import { type Bytes, equalBytes, ProtocolError, sha256, verifySign1 } from '@vitalseal/protocol';
import { maximumCertificateLength, parseCertificate } from '../certificate/parse-certificate.ts';
import { CertificateError } from '../errors.ts';
import { type CheckedIssuer, checkAnchor, checkIssuing, checkReleaseSigner } from '../path/check-path.ts';
import { expectUnrevoked, expectValidAt, type IsRevoked } from '../path/valid-at.ts';
import { type Attested, attestationContext, parseAttestation } from './attestation.ts';

export interface AttestationReading {
  readonly attestation: Bytes;
  /** UTC milliseconds. */
  readonly at: number;
  readonly isRevoked?: IsRevoked;
}

export interface AttestationQuestion extends AttestationReading {
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
}

export interface ValidAttestation extends Attested {
  /** The certificate that signed it, DER, and its SHA-256: what access rules name (GlobalPlatform's DeviceAppID). */
  readonly signer: Bytes;
  readonly signerHash: Bytes;
}

/** @throws CertificateError */
export async function verifyAttestation({ anchors, ...question }: AttestationQuestion): Promise<ValidAttestation> {
  return judge(question, async (issuing) => checkIssuing(await anchorOf(issuing, anchors), issuing));
}

/**
 * For whoever knows the signer otherwise, as a card's access rules do by its hash: the issuing certificate that the
 * attestation brings is taken as it is, and all else is checked.
 * @throws CertificateError
 */
export async function readAttestation(question: AttestationReading): Promise<ValidAttestation> {
  return judge(question, checkAnchor);
}

async function judge(
  { attestation, at, isRevoked }: AttestationReading,
  trust: (issuing: Bytes) => Promise<CheckedIssuer>,
): Promise<ValidAttestation> {
  const { chain, message, ...attested } = parseAttestation(attestation);
  const [signerDer, issuingDer, ...others] = chain;
  if (signerDer === undefined || issuingDer === undefined || others.length > 0) {
    throw new CertificateError('chain-length', 'expected the certificates of a signer of releases and of its issuer');
  }
  if (chain.some(({ length }) => length > maximumCertificateLength)) {
    throw new CertificateError('too-large', `expected certificates of at most ${maximumCertificateLength} octets`);
  }
  const signer = await checkReleaseSigner(await trust(issuingDer), signerDer);
  await verifySign1(message, attestationContext, signer.key).catch((cause: unknown) => {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new CertificateError('signature-invalid', 'expected the signature of an attestation', { cause });
  });
  expectValidAt(signer.path, at);
  const serials = signer.path.map(({ serial }) => serial);
  expectUnrevoked([...serials, attested.serial], isRevoked);
  return { ...attested, signer: signerDer, signerHash: await sha256(signerDer) };
}

/** @throws CertificateError `untrusted` */
export async function anchorOf(issuing: Bytes, anchors: readonly Bytes[]): Promise<CheckedIssuer> {
  const { issuer } = parseCertificate(issuing);
  for (const anchor of anchors) {
    if (equalBytes(parseCertificate(anchor).subject, issuer)) return await checkAnchor(anchor);
  }
  throw new CertificateError('untrusted', 'expected a chain that ends at a trusted root');
}
