// Authentication by static Diffie-Hellman keys, both sides: method 3 (RFC 9528 section 3.2). The product does not offer
// it: its keys sign, and a static key would have to be readable where a TPM or a browser keeps a signing key locked.

import type { Bytes } from '../../bytes.ts';
import { ProtocolError } from '../../errors.ts';
import { constantTimeEqual, type EphemeralKey } from '../../primitives/index.ts';
import type { Credential, OwnAuthentication, PeerAuthentication } from '../authentication.ts';
import { extractWithStaticKey } from '../key-schedule.ts';

export function ownStaticKey(credential: Credential, key: EphemeralKey): OwnAuthentication {
  return {
    credential,
    macLength: (suite) => suite.macLength,
    async nextKey(prk, salt, transcriptHash, peerEphemeral) {
      return extractWithStaticKey(prk, salt, transcriptHash, await key.agree(peerEphemeral));
    },
    prove: (mac) => mac,
  };
}

export function peerStaticKey<Peer>(credential: Credential, peer: Peer, publicX: Bytes): PeerAuthentication<Peer> {
  return {
    peer,
    credential,
    macLength: (suite) => suite.macLength,
    async nextKey(prk, salt, transcriptHash, ownEphemeral) {
      return extractWithStaticKey(prk, salt, transcriptHash, await ownEphemeral.agree(publicX));
    },
    verify(received, mac) {
      if (constantTimeEqual(received, mac)) return;
      throw new ProtocolError('authentication-failed', 'expected a MAC by the holder of the static key');
    },
  };
}
