// Whether the authority vouches for a release, as this element sees it: by its own anchors and revocation list.

import { type ValidAttestation, verifyAttestation } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { notBefore } from './not-before.ts';
import { expectPersonalised } from './trust.ts';

/**
 * By the time that whoever brings it tells, but by no earlier one than somebody has dated under a key.
 * @throws CertificateError @throws SecureElementError `element-not-personalised`
 */
export async function judgeRelease(state: ElementState, attestation: Bytes, at: number): Promise<ValidAttestation> {
  const { anchors } = expectPersonalised(state).certificates;
  const isRevoked = (serial: string) => state.revocations?.revoked.has(serial) === true;
  return verifyAttestation({ attestation, anchors, at: Math.max(at, notBefore(state)), isRevoked });
}
