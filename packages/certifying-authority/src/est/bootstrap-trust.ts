// Bootstrap (RFC 7030 section 4.1.1): the authority's certificates come over a connection that proves nothing yet, and
// are believed because the root's fingerprint came with the activation link.
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { parseCertificate } from '../certificate/parse-certificate.ts';
import { fingerprint } from '../certificate/thumbprint.ts';
import { CertificateError } from '../errors.ts';
import { checkAnchor, checkIssuing } from '../path/check-path.ts';
import { expectValidAt } from '../path/valid-at.ts';
import type { EstClient } from './est-client.ts';

export interface Trust {
  /** DER: the anchor. */
  readonly root: Bytes;
  /** DER: what stands between a leaf and the root. */
  readonly issuing: readonly Bytes[];
}

/** @throws CertificateError `root-mismatch` if no root of that fingerprint is among them */
export async function bootstrapTrust(
  client: Pick<EstClient, 'cacerts'>,
  { rootFingerprint, now }: { rootFingerprint: string; now: () => number },
): Promise<Trust> {
  const certificates = await client.cacerts();
  const fingerprints = await Promise.all(certificates.map(fingerprint));
  const root = certificates[fingerprints.indexOf(rootFingerprint.toLowerCase())];
  if (root === undefined)
    throw new CertificateError('root-mismatch', 'expected the root that the activation link names');
  const anchor = await checkAnchor(root);
  const { issuer, subject } = parseCertificate(root);
  if (!equalBytes(issuer, subject))
    throw new CertificateError('root-mismatch', 'expected the activation link to name a root');
  const issuing: Bytes[] = [];
  for (const certificate of certificates) {
    if (certificate === root) continue;
    const checked = await checkIssuing(anchor, certificate);
    expectValidAt(checked.path, now());
    issuing.push(certificate);
  }
  return { root, issuing };
}
