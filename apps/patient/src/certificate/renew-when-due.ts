// A certificate in its last third is renewed, so that one that ran out never stops a patient's readings.

import { createEstClient, type EstFetch, fingerprint, parseCertificate, renew } from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import type { Bytes } from '@vitalseal/protocol';
import type { MhaClient } from '@vitalseal/secure-element/terminal';

export interface RenewWhenDueOptions {
  /** Origin of the authority. */
  readonly authority: string;
  readonly mha: Pick<MhaClient, 'certificates' | 'signRenewal' | 'installCertificates'>;
  /** UTC ms. */
  readonly now: () => number;
  readonly fetch?: EstFetch;
}

/** True where it was renewed. @throws CertificateError: the old certificate goes on until its end */
export async function renewWhenDue(options: RenewWhenDueOptions): Promise<boolean> {
  const { authority, mha, now } = options;
  const { chain, anchors } = await mha.certificates();
  const [leaf] = chain;
  const [root] = anchors;
  if (!leaf || !root || !isDue(leaf, now())) return false;
  const { fetch = rootedFetch(root) } = options;
  const { identity, request, certificate, signature } = await mha.signRenewal();
  const renewed = await renew(createEstClient({ url: authority, fetch }), {
    csr: request,
    holder: { certificate, sign: () => signature },
    identity,
    rootFingerprint: await fingerprint(root),
    now,
  });
  await mha.installCertificates({ chain: renewed.chain, anchors: [renewed.root] });
  return true;
}

function isDue(leaf: Bytes, at: number): boolean {
  const { notBefore, notAfter } = parseCertificate(leaf);
  return at > notAfter - (notAfter - notBefore) / 3;
}
