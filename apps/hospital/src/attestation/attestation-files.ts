/** What the data folder keeps for answering which release the hospital runs: nothing of it is a secret. */
import { decodePem, parseAttestation } from '@vitalseal/certifying-authority';
import { type Bytes, bytesToHex, equalBytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { certificatesPem, readText, writePrivately } from '../keys/hospital-folder.ts';

/** Of the key of one TPM: another one has another. */
export const attestationChainFile = 'attestation-key-chain.pem';

export type AttestationChain = readonly [leaf: Bytes, issuing: Bytes];

/** Certificate of the attestation key, and of its issuer. */
export function readAttestationChain(dataDir: string): AttestationChain | undefined {
  const text = readText(dataDir, attestationChainFile);
  if (text === undefined) return undefined;
  const [leaf, issuing] = decodePem('CERTIFICATE', text);
  return leaf === undefined || issuing === undefined ? undefined : [leaf, issuing];
}

export function writeAttestationChain(dataDir: string, chain: AttestationChain): void {
  writePrivately(dataDir, attestationChainFile, certificatesPem(chain));
}

/** The authority's attestation of a release; that of the one that comes after an update may lie beside it. */
export function readReleaseAttestation(dataDir: string, digest: Bytes): Bytes | undefined {
  const text = readText(dataDir, releaseFile(digest));
  return text === undefined ? undefined : new Uint8Array(Buffer.from(text, 'base64'));
}

/** @throws CertificateError `attestation-malformed`; HospitalError `invalid-file` if it is of another release */
export function writeReleaseAttestation(dataDir: string, attestation: Bytes, digest: Bytes): void {
  const { release } = parseAttestation(attestation);
  if (!equalBytes(release.digest, digest)) {
    throw new HospitalError('invalid-file', 'expected the attestation of the release that is installed here');
  }
  writePrivately(dataDir, releaseFile(digest), `${Buffer.from(attestation).toString('base64')}\n`);
}

function releaseFile(digest: Bytes): string {
  return `release-${bytesToHex(digest.subarray(0, 8))}.attestation`;
}
