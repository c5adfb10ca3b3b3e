/** What the hospital proves itself with: its key and certificate for the handshake, and its listeners' for TLS. */
import { type CertificateHolder, parseCertificate } from '@vitalseal/certifying-authority';
import type { Bytes, Identity, OwnCredential } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import type { KeyStore, SigningKey } from './key-store.ts';
import type { ListenerIdentity } from './listener-key.ts';

export interface HospitalKeys {
  readonly identity: Identity;
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  /** Of the leaf. */
  readonly identityKey: SigningKey;
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
  /** Another key than the one above: a listener's key cannot speak as the hospital. */
  readonly tls: ListenerIdentity;
  readonly keyStore: KeyStore;
  /** As they are now: another process may have replaced them. Left out where nobody can. */
  reread?(): Promise<HospitalKeys>;
}

export type HospitalCredential = Pick<HospitalKeys, 'chain' | 'identityKey'>;

/** @throws HospitalError `not-initialised` */
export function leafOf({ chain }: Pick<HospitalKeys, 'chain'>): Bytes {
  const [leaf] = chain;
  if (leaf === undefined) throw new HospitalError('not-initialised', 'expected a certificate of the hospital');
  return leaf;
}

/** @throws HospitalError `not-initialised`, `keys-damaged` */
export function identityKeyOf(keyStore: KeyStore, chain: readonly Bytes[]): SigningKey {
  return keyStore.identityKey(parseCertificate(leafOf({ chain })).publicKeySpki);
}

/** For the handshake: by value, since a device may meet the certificate for the first time. */
export function credentialOf({ chain, identityKey }: HospitalCredential): OwnCredential {
  return { certificateChain: chain, present: 'x5chain', sign: (toBeSigned) => identityKey.sign(toBeSigned) };
}

/** For requests to the certifying authority. */
export function holderOf({ chain, identityKey }: HospitalCredential): CertificateHolder {
  return { certificate: leafOf({ chain }), sign: (octets) => identityKey.sign(octets) };
}
