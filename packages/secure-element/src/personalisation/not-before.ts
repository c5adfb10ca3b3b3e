// The least that the time can be, whatever the phone says: what somebody with a key has dated has been dated. A phone whose
// clock fell back to its beginning reaches the hospital all the same, and none brings back a certificate that has run out.

import { parseCertificate } from '@vitalseal/certifying-authority';
import type { ElementState } from '../element-state.ts';

/** UTC ms. */
export function notBefore(state: ElementState): number {
  const leaf = state.certificates?.chain[0];
  const dated = leaf ? parseCertificate(leaf).notBefore : 0;
  return Math.max(dated, state.revocations?.thisUpdate ?? 0, hospitalTime(state));
}

/**
 * What the hospital's last acknowledgement said. Its clock may be wrong as well, so it is not believed beyond the end of
 * the certificates with which a next acknowledgement is had: that one puts it right.
 */
function hospitalTime({ certificates, hospitalTime: told = 0, hospitalChannel, peerChains }: ElementState): number {
  const ends = [...peerChains.values()].flatMap((chain) => {
    const parsed = chain.map(parseCertificate);
    return parsed[0]?.serial === hospitalChannel?.serial ? parsed.map(({ notAfter }) => notAfter) : [];
  });
  return Math.min(told, certificates?.notAfter ?? told, ...ends);
}
