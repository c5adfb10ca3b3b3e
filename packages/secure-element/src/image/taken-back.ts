// An attestation can be taken back after its image was taken. The list that says so lies under the PIN, so the card looks
// each time the PIN was right, and before the image's code is given the MHA's state.

import { CertificateError, parseAttestation } from '@vitalseal/certifying-authority';
import type { SecurityDomain } from '../administration/security-domain.ts';
import { SecureElementError } from '../errors.ts';
import { SecureElement, type SecureElementOptions } from '../secure-element.ts';
import { attestationOfImage, forgetImage } from './stored-image.ts';

/** @returns whether the image is gone now */
export async function forgetTakenBack(domain: SecurityDomain, options: SecureElementOptions): Promise<boolean> {
  const attestation = await attestationOfImage(domain);
  if (!attestation || !(await isRevoked(attestation, options))) return false;
  await forgetImage(domain);
  return true;
}

/** By the card's own code, not by that of the image. */
async function isRevoked(attestation: Uint8Array<ArrayBuffer>, options: SecureElementOptions): Promise<boolean> {
  const element = await SecureElement.open(options);
  try {
    await element.judgeRelease(attestation, parseAttestation(attestation).issuedAt);
    return false;
  } catch (error) {
    // A signer whose time is up has not taken back what it signed before, and a fresh MHA has no list yet.
    if (error instanceof CertificateError) return error.code === 'revoked';
    if (error instanceof SecureElementError && !error.code.startsWith('storage-')) return false;
    throw error;
  } finally {
    await element.close();
  }
}
