// Enrolment of a device with an activation link (RFC 7030). The link's fingerprint comes first: the activation code is
// sent only over TLS that leads to the root the link names, so nobody in between can catch it.

import {
  type ActivationLink,
  bootstrapTrust,
  createEstClient,
  type Enrolled,
  enrolRequest,
} from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import { estOverHttps } from './est-over-https.ts';

/** @throws CertificateError */
export async function enrolDevice(link: ActivationLink, csr: Bytes, now: () => number = Date.now): Promise<Enrolled> {
  const { identity, code, rootFingerprint } = link;
  const url = new URL(link.url).origin;
  const stranger = createEstClient({ url, fetch: estOverHttps('first-contact') });
  const { root } = await bootstrapTrust(stranger, { rootFingerprint, now });
  const client = createEstClient({ url, fetch: estOverHttps({ root }) });
  return enrolRequest(client, { csr, identity, code, rootFingerprint, now });
}
