// Authentication by signature keys: method 0 for both sides (RFC 9528 section 3.2). The keys of the schedule stay as they
// are, the MAC has the hash's length, and the signature over it is what the peer checks.

import { type Awaitable, type Bytes, equalBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import type { VerifyingKey } from '../primitives/index.ts';
import type { Credential, OwnAuthentication, PeerAuthentication } from './authentication.ts';
import {
  type OwnCredential,
  ownCertificateCredential,
  type PeerCredential,
  peerCertificateCredential,
  type VerifyPeer,
} from './certificate-credential.ts';
import { hashLength } from './cipher-suite.ts';
import { decodeCredentialReference } from './credential-identifier.ts';

const signatureLength = 64;

export async function ownSignatureAuthentication(own: OwnCredential): Promise<OwnAuthentication> {
  return signingWith(await ownCertificateCredential(own), (toBeSigned) => own.sign(toBeSigned));
}

export function signingWith(credential: Credential, sign: OwnCredential['sign']): OwnAuthentication {
  return {
    credential,
    macLength: () => hashLength,
    nextKey: (prk) => prk,
    prove: (_mac, toBeSigned) => sign(toBeSigned),
  };
}

/** @throws ProtocolError with a `credential-` code */
export async function resolveCertifiedPeer(
  own: Credential,
  verifyPeer: VerifyPeer,
  idCred: Bytes,
): Promise<PeerAuthentication<PeerCredential>> {
  const reference = decodeCredentialReference(idCred);
  const peer = await accepted(() => verifyPeer(reference));
  const credential = await peerCertificateCredential(idCred, reference, peer.certificate);
  // Reflection: someone who sends our own messages back would pass for us.
  if (equalBytes(credential.hash, own.hash)) {
    throw new ProtocolError('credential-own', 'expected a credential other than our own');
  }
  return verifyingWith(credential, peer, peer.publicKey);
}

/** What decides on the peer is not the protocol's; its refusals are. @throws ProtocolError `credential-refused` */
export async function accepted<T>(decide: () => Awaitable<T>): Promise<T> {
  try {
    return await decide();
  } catch (cause) {
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError('credential-refused', 'expected a credential that may speak here', { cause });
  }
}

export function verifyingWith<Peer>(
  credential: Credential,
  peer: Peer,
  publicKey: VerifyingKey,
): PeerAuthentication<Peer> {
  return {
    peer,
    credential,
    macLength: () => hashLength,
    nextKey: (prk) => prk,
    async verify(signature, _mac, toBeSigned) {
      const valid = signature.length === signatureLength && (await publicKey.verify(toBeSigned, signature));
      if (valid !== true) throw new ProtocolError('authentication-failed', 'expected a signature by the peer');
    },
  };
}
