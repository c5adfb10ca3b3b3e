// The element's credential in a handshake, and how it judges the other side's: a path to our anchors, the one role that
// belongs on this hop, and the bond.

import { credentialVerifier, ownCredential } from '@vitalseal/certifying-authority';
import {
  type Bytes,
  bytesToHex,
  type Identity,
  type OwnCredential,
  type Role,
  type VerifyPeer,
} from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { SecureElementError } from '../errors.ts';
import type { Certificates } from './certificates.ts';
import { notBefore } from './not-before.ts';
import type { OwnKey } from './own-key.ts';

export interface Personalised {
  readonly own: OwnKey;
  readonly certificates: Certificates;
}

/** @throws SecureElementError `element-not-personalised` */
export function expectPersonalised(state: ElementState): Personalised {
  const { ownKey, certificates } = state;
  if (!ownKey || !certificates) {
    throw new SecureElementError('element-not-personalised', 'expected an element with a key and its certificate');
  }
  return { own: ownKey, certificates };
}

export function elementCredential({ own, certificates }: Personalised, present: 'x5t' | 'x5chain'): OwnCredential {
  return ownCredential({ chain: [...certificates.chain], privateKey: own.privateKey, present });
}

export interface PeerJudge {
  readonly verifyPeer: VerifyPeer;
  /** The chain that came by value and passed. */
  readonly met: () => { x5t: Bytes; chain: readonly Bytes[] } | undefined;
}

export function judgePeer(
  state: ElementState,
  { role, at, expectBonded }: { role: Role; at: number; expectBonded?: (identity: Identity) => void },
): PeerJudge {
  const { certificates } = expectPersonalised(state);
  let met: { x5t: Bytes; chain: readonly Bytes[] } | undefined;
  const verify = credentialVerifier({
    anchors: certificates.anchors,
    now: () => Math.max(at, notBefore(state)),
    roles: [role],
    isRevoked: (serial) => state.revocations?.revoked.has(serial) === true,
    known: (x5t) => state.peerChains.get(bytesToHex(x5t)),
    remember: (x5t, chain) => {
      met = { x5t, chain };
    },
  });
  return {
    met: () => met,
    verifyPeer: async (reference) => {
      const peer = await verify(reference);
      expectBonded?.(peer.identity);
      return peer;
    },
  };
}
