// Renewal (EST simplereenroll, RFC 7030 section 4.2.2): the element signs its own request with the key of its current
// certificate. The key stays the same: it has never left the element, and a new certificate says so again.

import { ownCredential, proofInput } from '@vitalseal/certifying-authority';
import type { Bytes, Identity } from '@vitalseal/protocol';
import type { Personalised } from './trust.ts';

export interface Renewal {
  readonly identity: Identity;
  /** PKCS #10, DER. */
  readonly request: Bytes;
  /** The current certificate, DER. */
  readonly certificate: Bytes;
  /** ES256 over `proofInput('identity', request)`: r || s. */
  readonly signature: Bytes;
}

export async function signRenewal({ own, certificates }: Personalised): Promise<Renewal> {
  const { identity, request, privateKey } = own;
  const { chain } = certificates;
  const { sign } = ownCredential({ chain, privateKey, present: 'x5t' });
  const [certificate = new Uint8Array(0)] = chain;
  return { identity, request, certificate, signature: await sign(proofInput('identity', request)) };
}
