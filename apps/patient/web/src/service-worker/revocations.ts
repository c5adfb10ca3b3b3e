// The authority's revocation list, as the hospital passes it on. A hospital that passes none on keeps no release from
// running; a list that is older than one that was seen is none.

import { type IsRevoked, parseAttestation, parseCertificate, readCrl } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import { fetched } from './fetched.ts';
import { expectStillAttested } from './judge-release.ts';

export interface Revocations {
  readonly isRevoked: IsRevoked;
  readonly listNumber: number;
}

const maximumList = 4 << 20;

/** @param attestation whose signer the list is about */
export async function revocationsFor(
  attestation: Bytes,
  anchors: readonly Bytes[],
  seen: number,
): Promise<Revocations> {
  try {
    await expectStillAttested(attestation, anchors);
    const [, issuing] = parseAttestation(attestation).chain;
    if (issuing === undefined) throw new Error('expected an issuing certificate');
    const { revoked, number } = await readCrl(await fetched('/crl', maximumList), parseCertificate(issuing));
    if (number < seen) throw new Error('expected a newer list');
    return { isRevoked: (serial) => revoked.has(serial), listNumber: number };
  } catch {
    return { isRevoked: () => false, listNumber: seen };
  }
}
