// A certificate as EDHOC credential (RFC 9528 section 3.5.2): CRED_x is the end-entity certificate in a byte string,
// whichever way ID_CRED_x refers to it.

import type { Awaitable, Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { constantTimeEqual, sha256, type VerifyingKey } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/index.ts';
import type { Identity } from '../wire/identity.ts';
import type { Credential } from './authentication.ts';
import {
  type CredentialReference,
  encodeCredentialReference,
  x5tAlgorithm,
  x5tHashLength,
} from './credential-identifier.ts';
import { maximumChainBytes, maximumChainLength } from './limits.ts';

export interface OwnCredential {
  /** DER, leaf first, without the root. */
  readonly certificateChain: readonly Bytes[];
  /** By reference where the peer has the certificate, by value at first contact. */
  readonly present: 'x5t' | 'x5chain';
  /** ES256 with the leaf's key: r || s, 64 bytes. The key itself may sit in a TPM or be non-extractable. */
  sign(toBeSigned: Bytes): Awaitable<Bytes>;
}

export interface PeerCredential {
  readonly identity: Identity;
  /** The leaf, DER. */
  readonly certificate: Bytes;
  readonly publicKey: VerifyingKey;
}

/**
 * Finds the certificate that a peer named and decides whether it may speak here: path, validity, revocation, role.
 * It throws to refuse; a ProtocolError `credential-unknown` tells the peer to send its chain instead.
 */
export type VerifyPeer = (reference: CredentialReference) => Awaitable<PeerCredential>;

/** @throws ProtocolError `credential-malformed` */
export async function ownCertificateCredential(own: OwnCredential): Promise<Credential> {
  const [leaf] = own.certificateChain;
  const bytes = own.certificateChain.reduce((sum, certificate) => sum + certificate.length, 0);
  if (leaf === undefined || own.certificateChain.length > maximumChainLength || bytes > maximumChainBytes) {
    const bounds = `1 to ${maximumChainLength} certificates, together at most ${maximumChainBytes} bytes`;
    throw new ProtocolError('credential-malformed', `expected a chain of ${bounds}`);
  }
  const hash = await sha256(leaf);
  const reference: CredentialReference =
    own.present === 'x5t'
      ? { kind: 'x5t', algorithm: x5tAlgorithm, hash: hash.slice(0, x5tHashLength) }
      : { kind: 'x5chain', chain: own.certificateChain };
  return { idCred: encodeCredentialReference(reference), cred: encodeCbor(leaf), hash };
}

/**
 * The certificate that `verifyPeer` found must be the one that was named, whatever it looked it up by.
 * @throws ProtocolError `credential-mismatch`
 */
export async function peerCertificateCredential(
  idCred: Bytes,
  reference: CredentialReference,
  certificate: Bytes,
): Promise<Credential> {
  const hash = await sha256(certificate);
  const named = reference.kind === 'x5t' ? reference.hash : await sha256(reference.chain[0] ?? new Uint8Array(0));
  if (!constantTimeEqual(hash.slice(0, named.length), named)) {
    throw new ProtocolError('credential-mismatch', 'expected the certificate that the peer referred to');
  }
  return { idCred, cred: encodeCbor(certificate), hash };
}
