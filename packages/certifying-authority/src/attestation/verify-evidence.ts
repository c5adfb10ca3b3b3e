// Whether a hospital runs a release that the authority vouches for. Needs no Node: the patient's card asks, and the doctor's
// page. What it proves and what not is said in docs/tpm.md.
import { type Bytes, type Identity, ProtocolError, sameIdentity } from '@vitalseal/protocol';
import { checkQuote, TpmError, usualReleaseRegister } from '@vitalseal/tpm/structures';
import { CertificateError, type CertificateErrorCode } from '../errors.ts';
import { checkAttestationKey, checkIssuing } from '../path/check-path.ts';
import { expectUnrevoked, expectValidAt, type IsRevoked } from '../path/valid-at.ts';
import { attestationNonce, decodeEvidence, type HospitalQuestion, identityKeyNonce } from './evidence.ts';
import { statesKeyInTpm } from './key-in-tpm.ts';
import type { Release } from './release.ts';
import { anchorOf, verifyAttestation } from './verify-attestation.ts';

export interface EvidenceReading {
  /** As the hospital sent it. */
  readonly evidence: Bytes;
  readonly question: HospitalQuestion;
  /** Who the handshake said that the hospital is. */
  readonly hospital: Identity;
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
  /** UTC milliseconds. */
  readonly at: number;
  readonly isRevoked?: IsRevoked;
}

export interface VerifiedHospital {
  readonly release: Release;
  /** Of the release's attestation, hexadecimal: what a revocation would name. */
  readonly releaseSerial: string;
  /** How often the hospital's machine was started: a release is measured once in each of these. */
  readonly resets: number;
}

/**
 * Signature and path first, then what was signed, then whether the release is one that the authority (still) vouches for.
 * @throws CertificateError `evidence-malformed`, `signature-invalid`, `quote-refused`, `quote-stale`, `quote-other-release`,
 * `identity-refused`, `purpose-refused`, `revoked`, `expired`, `untrusted`, …
 */
export async function verifyEvidence(reading: EvidenceReading): Promise<VerifiedHospital> {
  const { question, hospital, anchors, at, isRevoked } = reading;
  const { quote, signature, chain, release, identityKey } = decodeEvidence(reading.evidence);
  const [leaf, issuing] = chain;
  const attestationKey = await checkAttestationKey(await checkIssuing(await anchorOf(issuing, anchors), issuing), leaf);
  expectValidAt(attestationKey.path, at);
  expectUnrevoked(
    attestationKey.path.map(({ serial }) => serial),
    isRevoked,
  );
  if (!sameIdentity(attestationKey.identity, hospital)) {
    throw new CertificateError('identity-refused', 'expected the TPM of the hospital that was asked');
  }
  if ((await attestationKey.key.verify(quote, signature)) !== true) {
    throw new CertificateError('signature-invalid', 'expected the signature of the TPM under its quote');
  }
  const attested = await verifyAttestation({
    attestation: release,
    anchors,
    at,
    ...(isRevoked !== undefined && { isRevoked }),
  });
  const nonce = await attestationNonce(question);
  const releaseDigest = attested.release.digest;
  const read = await readByTpm(checkQuote(quote, { nonce, register: usualReleaseRegister, releaseDigest }));
  const expected = { spki: question.identityKey, nonce: await identityKeyNonce(question.identityKey) };
  if (!(await readByTpm(statesKeyInTpm(identityKey, { ...expected, attestationKey: attestationKey.key })))) {
    throw new CertificateError('identity-refused', "expected the hospital's identity key to lie in its TPM");
  }
  return { release: attested.release, releaseSerial: attested.serial, resets: read.clock.resets };
}

const codes: Readonly<Record<string, CertificateErrorCode>> = {
  'tpm-quote-stale': 'quote-stale',
  'tpm-quote-other-release': 'quote-other-release',
};

async function readByTpm<Read>(reading: Promise<Read>): Promise<Read> {
  try {
    return await reading;
  } catch (cause) {
    if (cause instanceof TpmError) {
      throw new CertificateError(codes[cause.code] ?? 'quote-refused', cause.message, { cause });
    }
    if (cause instanceof ProtocolError) {
      throw new CertificateError('quote-refused', 'expected statements of a TPM', { cause });
    }
    throw cause;
  }
}
