// The element's certificate chain and the trust anchors it judges every other certificate by.

import { validatePath } from '@vitalseal/certifying-authority';
import { type Bytes, encodeCbor, equalBytes, sameIdentity } from '@vitalseal/protocol';
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
 * every later handshake fail, one for another identity would speak for someone else.
 * @throws SecureElementError `certificate-mismatch` @throws CertificateError
 */
export async function installCertificates(
  transaction: Transaction,
  own: OwnKey,
  { chain, anchors, at }: { chain: readonly Bytes[]; anchors: readonly Bytes[]; at: number },
): Promise<Certificates> {
  const valid = await validatePath({ chain: [...chain], anchors: [...anchors], at, role: 'patient' });
  if (!sameIdentity(valid.identity, own.identity) || !equalBytes(valid.publicKeySpki, own.publicKey)) {
    throw new SecureElementError('certificate-mismatch', "expected a certificate for this element's key and identity");
  }
  const certificates = { chain, anchors, notAfter: valid.notAfter };
  transaction.put(certificatesName, encodeCbor([[...chain], [...anchors], valid.notAfter]));
  return certificates;
}
