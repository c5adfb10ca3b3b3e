// Enrolment of a device with an activation link (RFC 7030). The link's fingerprint comes first: the activation code is
// sent only over TLS that leads to the root the link names, so nobody in between can catch it.

import { type ActivationLink, type Enrolled, enrolRequest } from '@vitalseal/certifying-authority';
import { connectEst } from '@vitalseal/certifying-authority/node';
import type { Bytes } from '@vitalseal/protocol';

/** @throws CertificateError */
export async function enrolDevice(link: ActivationLink, csr: Bytes, now: () => number = Date.now): Promise<Enrolled> {
  const { url, identity, code, rootFingerprint } = link;
  const { client } = await connectEst({ url, rootFingerprint, now });
  return enrolRequest(client, { csr, identity, code, rootFingerprint, now });
}
