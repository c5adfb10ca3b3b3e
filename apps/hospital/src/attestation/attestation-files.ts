/** What the data folder keeps for answering which release the hospital runs: nothing of it is a secret. */
import { decodePem, parseAttestation } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { certificatesPem, readText, writePrivately } from '../keys/hospital-folder.ts';

const chainFile = 'attestation-key-chain.pem';
const releaseFile = 'release-attestation.txt';

export type AttestationChain = readonly [leaf: Bytes, issuing: Bytes];

/** Certificate of the attestation key, and of its issuer. */
export function readAttestationChain(dataDir: string): AttestationChain | undefined {
  const text = readText(dataDir, chainFile);
  if (text === undefined) return undefined;
  const [leaf, issuing] = decodePem('CERTIFICATE', text);
  return leaf === undefined || issuing === undefined ? undefined : [leaf, issuing];
}

export function writeAttestationChain(dataDir: string, chain: AttestationChain): void {
  writePrivately(dataDir, chainFile, certificatesPem(chain));
}

/** The authority's attestation of the release that is installed here. */
export function readReleaseAttestation(dataDir: string): Bytes | undefined {
  const text = readText(dataDir, releaseFile);
  return text === undefined ? undefined : new Uint8Array(Buffer.from(text, 'base64'));
}

/** @throws CertificateError `attestation-malformed`; HospitalError `invalid-file` if it is of another release */
export function writeReleaseAttestation(dataDir: string, attestation: Bytes, digest: Bytes): void {
  const { release } = parseAttestation(attestation);
  if (!Buffer.from(release.digest).equals(digest)) {
    throw new HospitalError('invalid-file', 'expected the attestation of the release that is installed here');
  }
  writePrivately(dataDir, releaseFile, `${Buffer.from(attestation).toString('base64')}\n`);
}
