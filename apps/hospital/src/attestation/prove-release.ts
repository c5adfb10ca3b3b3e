/** For whoever has the authority and the hospital at hand at once, as the demo has: all that it takes, in one step. */
import type { Release } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import { openKeyStore } from '../keys/open-key-store.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { ownRelease } from '../keys/tpm/own-release.ts';
import { writeReleaseAttestation } from './attestation-files.ts';
import { fingerprintOf } from './certify-attestation-key.ts';
import { type AttestationState, prepareAttestation } from './prepare-attestation.ts';

export interface VouchingAuthority {
  /** @param fingerprint of the TPM, 64 hexadecimal digits */
  approve(fingerprint: string): Promise<void>;
  /** @returns the attestation, COSE_Sign1 */
  attest(release: Release): Promise<Bytes>;
}

/** Does nothing where the keys are in software. */
export async function proveRelease(dataDir: string, authority: VouchingAuthority): Promise<AttestationState> {
  const keyStore = await openKeyStore(dataDir);
  try {
    const { attestor } = keyStore;
    if (attestor !== null) {
      await authority.approve(await fingerprintOf(attestor));
      const release = await ownRelease();
      writeReleaseAttestation(dataDir, await authority.attest(release), release.digest);
    }
    return await prepareAttestation(dataDir, await readHospitalKeys(dataDir, keyStore));
  } finally {
    await keyStore.close();
  }
}
