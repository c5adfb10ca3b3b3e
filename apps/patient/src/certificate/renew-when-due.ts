// A certificate in its last third is renewed, so that one that ran out never stops a patient's readings.

import { createEstClient, type EstFetch, fingerprint, parseCertificate, renew } from '@vitalseal/certifying-authority';
import { rootedFetch } from '@vitalseal/certifying-authority/node';
import type { Bytes } from '@vitalseal/protocol';
import type { SecureElement } from '@vitalseal/secure-element';

export interface RenewWhenDueOptions {
  /** Origin of the authority. */
  readonly authority: string;
  readonly element: SecureElement;
  /** DER. */
  readonly root: Bytes;
  /** UTC ms. */
  readonly now: () => number;
  readonly fetch?: EstFetch;
}

/** True where it was renewed. @throws CertificateError: the old certificate goes on until its end */
export async function renewWhenDue(options: RenewWhenDueOptions): Promise<boolean> {
  const { authority, element, root, now, fetch = rootedFetch(root) } = options;
  const { chain } = await element.certificates();
  const [leaf] = chain;
  if (!leaf || !isDue(leaf, now())) return false;
  const { identity, request, certificate, signature } = await element.signRenewal();
  const renewed = await renew(createEstClient({ url: authority, fetch }), {
    csr: request,
    holder: { certificate, sign: () => signature },
    identity,
    rootFingerprint: await fingerprint(root),
    now,
  });
  await element.installCertificates({ chain: renewed.chain, anchors: [renewed.root], at: now() });
  return true;
}

function isDue(leaf: Bytes, at: number): boolean {
  const { notBefore, notAfter } = parseCertificate(leaf);
  return at > notAfter - (notAfter - notBefore) / 3;
}
