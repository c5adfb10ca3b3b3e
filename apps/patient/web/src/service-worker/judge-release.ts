// Is what the server offers a release that may follow the one that is here? The service worker that is in service decides,
// which is why it, and not the new one, looks at what is new.

import {
  expectNewer,
  type IsRevoked,
  type PageRelease,
  parseAttestation,
  verifyAttestation,
  verifyPageRelease,
} from '@vitalseal/certifying-authority';
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import { releaseName } from '../integrity/release-name.ts';
import type { ReleaseState, TakenIn } from './release-state.ts';

/** @throws CertificateError */
export async function judgedRelease(
  { manifest, attestation }: Omit<PageRelease, 'roots'>,
  anchors: readonly Bytes[],
  isRevoked: IsRevoked,
): Promise<TakenIn> {
  const question = { manifest, attestation, name: releaseName, anchors, at: Date.now(), isRevoked };
  const { manifest: content, attested } = await verifyPageRelease(question);
  return {
    version: content.version,
    digest: bytesToHex(attested.release.digest),
    files: Object.fromEntries(content.files.map(({ path, hash }) => [path, bytesToHex(hash)])),
    attestation,
  };
}

/** @throws CertificateError `release-older` */
export function expectSuccessor(release: TakenIn, { active, ready }: ReleaseState): void {
  for (const least of [active, ready]) {
    if (least !== undefined && least.digest !== release.digest) expectNewer(release, least);
  }
}

/**
 * A release that runs is judged as of when it was vouched for: it does not stop because a certificate ran out meanwhile, or
 * because the phone's clock is wrong.
 * @throws CertificateError
 */
export async function expectStillAttested(
  attestation: Bytes,
  anchors: readonly Bytes[],
  isRevoked: IsRevoked = () => false,
): Promise<void> {
  const { issuedAt } = parseAttestation(attestation);
  await verifyAttestation({ attestation, anchors, at: issuedAt, isRevoked });
}
