/** At the start of the hospital, and by `vitalseal hospital attestation`: what can be had by now is had. */
import { CertificateError } from '@vitalseal/certifying-authority';
import type { HospitalKeys } from '../keys/hospital-keys.ts';
import { readReleaseAttestation } from './attestation-files.ts';
import { certifyAttestationKey, fingerprintOf, isCertificationDue } from './certify-attestation-key.ts';

export type AttestationState =
  /** Keys in software: nothing can be attested. */
  | { readonly state: 'software' }
  /** The authority's operator is to approve this TPM. */
  | { readonly state: 'tpm-not-approved'; readonly fingerprint: string }
  /** The authority is to vouch for this release: `vitalseal ca attest --release`. */
  | { readonly state: 'release-not-attested' }
  | { readonly state: 'ready' };

/** @throws CertificateError `est-unreachable`, …; HospitalError `keys-unavailable` */
export async function prepareAttestation(dataDir: string, keys: HospitalKeys): Promise<AttestationState> {
  const { attestor } = keys.keyStore;
  if (attestor === null) return { state: 'software' };
  if (isCertificationDue(dataDir, attestor)) {
    try {
      await certifyAttestationKey(dataDir, attestor, keys);
    } catch (error) {
      if (!(error instanceof CertificateError && error.code === 'tpm-not-approved')) throw error;
      return { state: 'tpm-not-approved', fingerprint: await fingerprintOf(attestor) };
    }
  }
  const release = await attestor.release();
  return { state: readReleaseAttestation(dataDir, release) === undefined ? 'release-not-attested' : 'ready' };
}
