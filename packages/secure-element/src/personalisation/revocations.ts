// The newest revocation list the element has been given (RFC 5280 section 5). It is signed by the authority, so the phone
// may bring it, and cannot make one up or put an old one in its place; it can only keep a new one back.

import { CertificateError, parseCertificate, type RevocationList, readCrl } from '@vitalseal/certifying-authority';
import type { Bytes } from '@vitalseal/protocol';
import type { ElementStorage } from '../storage/element-storage.ts';
import type { Transaction } from '../storage/transaction.ts';
import type { Certificates } from './certificates.ts';

const name = 'revocations';

export async function loadRevocations(
  storage: ElementStorage,
  certificates: Certificates | undefined,
): Promise<RevocationList | undefined> {
  const stored = await storage.read(name);
  return stored && certificates ? readList(stored, certificates) : undefined;
}

/** @throws CertificateError, `crl-rolled-back` for a list older than the one that is here */
export async function newerRevocations(
  transaction: Transaction,
  { der, certificates, known }: { der: Bytes; certificates: Certificates; known: RevocationList | undefined },
): Promise<RevocationList> {
  const list = await readList(der, certificates);
  if (known && list.number < known.number) {
    throw new CertificateError('crl-rolled-back', 'expected the number of the revocation list to grow');
  }
  transaction.put(name, list.der);
  return list;
}

/** Another issuing authority has another list. */
export function forgetRevocations(transaction: Transaction): void {
  transaction.remove(name);
}

/** The list is that of the issuing authority that certified this element, and with it its sensor and its hospital. */
function readList(der: Bytes, { chain }: Certificates): Promise<RevocationList> {
  const issuing = chain[1];
  if (!issuing) throw new CertificateError('issuer-mismatch', 'expected an issuing authority above the element');
  return readCrl(der, parseCertificate(issuing));
}
