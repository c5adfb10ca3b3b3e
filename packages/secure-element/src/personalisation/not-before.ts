// The least that the time can be, whatever the phone says: what somebody with a key has dated has been dated. A phone whose
// clock fell back to its beginning reaches the hospital all the same, and none brings back a certificate that has run out.

import { parseCertificate } from '@vitalseal/certifying-authority';
import type { ElementState } from '../element-state.ts';

/** UTC ms. */
export function notBefore({ certificates, revocations, hospitalTime }: ElementState): number {
  const leaf = certificates?.chain[0];
  const dated = leaf ? parseCertificate(leaf).notBefore : 0;
  return Math.max(dated, revocations?.thisUpdate ?? 0, hospitalTime ?? 0);
}
