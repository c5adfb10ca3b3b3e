// The element's certificate chain and the trust anchors it judges every other certificate by.

import { validatePath } from '@vitalseal/certifying-authority';
import { type Bytes, encodeCbor, equalBytes, noBytes, sameIdentity } from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { storedBytes, storedFields, storedInteger, storedList } from '../storage/stored.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { OwnKey } from './own-key.ts';

export interface Certificates {
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
  /** End of the leaf's validity, UTC ms. */
  readonly notAfter: number;
}

/** In the store. */
export const certificatesName = 'certificates';

export async function loadCertificates(storage: ElementStorage): Promise<Certificates | undefined> {
  const stored = await storage.read(certificatesName);
  if (stored === undefined) return undefined;
  const [chain, anchors, notAfter] = storedFields(stored, 3);
  return {
    chain: storedList(chain).map(storedBytes),
    anchors: storedList(anchors).map(storedBytes),
    notAfter: storedInteger(notAfter),
  };
}

/**
 * The chain must lead from the anchors to this element's own key and identity: a certificate for another key would make
 * every later handshake fail, one for another identity would speak for someone else. Anchors stay as the first ones were:
 * who could change them could put any hospital, sensor and image in the place of the authority's.
 * @param known what is here already
 * @throws SecureElementError `certificate-mismatch` @throws CertificateError
 */
export async function installCertificates(
  transaction: Transaction,
  { own, known }: { own: OwnKey; known: Certificates | undefined },
  { chain, anchors, at }: { chain: readonly Bytes[]; anchors: readonly Bytes[]; at: number },
): Promise<Certificates> {
  if (known && !areEqual(anchors, known.anchors)) {
    throw new SecureElementError('certificate-mismatch', 'expected the trust anchors that are here');
  }
  const valid = await validatePath({ chain: [...chain], anchors: [...anchors], at, role: 'patient' });
  if (!sameIdentity(valid.identity, own.identity) || !equalBytes(valid.publicKeySpki, own.publicKey)) {
    throw new SecureElementError('certificate-mismatch', "expected a certificate for this element's key and identity");
  }
  const certificates = { chain, anchors, notAfter: valid.notAfter };
  transaction.put(certificatesName, encodeCbor([[...chain], [...anchors], valid.notAfter]));
  return certificates;
}

function areEqual(anchors: readonly Bytes[], known: readonly Bytes[]): boolean {
  return anchors.length === known.length && anchors.every((anchor, at) => equalBytes(anchor, known[at] ?? noBytes));
}
