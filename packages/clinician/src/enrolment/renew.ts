// A certificate in its last third is renewed by the old key's word (EST simplereenroll, RFC 7030 section 4.2.2), with a
// new key. The new credential serves from the next start: a running channel has no need of it.
import {
  createEstClient,
  createRequest,
  fingerprint,
  ownCredential,
  parseCertificate,
  renew,
} from '@vitalseal/certifying-authority';
import type { DeviceCredential, KeyCustody } from '../custody/key-custody.ts';
import type { Transport } from '../link/transport.ts';

export interface RenewalOptions {
  readonly credential: DeviceCredential;
  readonly custody: KeyCustody;
  readonly transport: Transport;
  /** UTC ms. */
  readonly now: () => number;
}

/** True where it was renewed. @throws CertificateError: the old certificate goes on until its end */
export async function renewWhenDue({ credential, custody, transport, now }: RenewalOptions): Promise<boolean> {
  const { identity, chain, privateKey, root } = credential;
  const [leaf] = chain;
  // A session's certificate ends with its session.
  if (credential.session !== undefined || leaf === undefined || !isDue(leaf, now())) return false;
  const keyPair = await custody.keyFor(identity);
  const client = createEstClient({
    url: new URL(transport.hospitalUrl).origin,
    fetch: (address, init) => transport.fetch(address, init),
  });
  const { sign } = ownCredential({ chain, privateKey, present: 'x5t' });
  const renewed = await renew(client, {
    csr: await createRequest(keyPair, identity),
    holder: { certificate: leaf, sign },
    identity,
    rootFingerprint: await fingerprint(root),
    now,
  });
  await custody.keep({ identity, privateKey: keyPair.privateKey, chain: renewed.chain, root: renewed.root });
  return true;
}

function isDue(leaf: Uint8Array<ArrayBuffer>, at: number): boolean {
  const { notBefore, notAfter } = parseCertificate(leaf);
  return at > notAfter - (notAfter - notBefore) / 3;
}
