// What the roles are run with. The product has one profile (handshake.ts); the published traces bring others.

import type { Bytes } from '../bytes.ts';
import type { EphemeralKey } from '../primitives/index.ts';
import type { OwnAuthentication, PeerAuthentication } from './authentication.ts';
import type { CipherSuite } from './cipher-suite.ts';
import type { EdhocSession } from './session.ts';

interface Profile<Peer> {
  /** RFC 9528 section 3.2; it must agree with what `own` and `resolvePeer` do. */
  readonly method: number;
  readonly own: OwnAuthentication;
  /** Throws to refuse the peer. */
  resolvePeer(idCred: Bytes): Promise<PeerAuthentication<Peer>>;
  /** C_I or C_R: by which this side finds the handshake again. Not a secret. */
  readonly connectionId: Bytes;
  /** For published traces; otherwise a new key each time. */
  readonly ephemeralKey?: EphemeralKey;
  /** EAD_1 to EAD_4, each an encoded sequence. */
  readonly ead?: { readonly [message in 1 | 2 | 3 | 4]?: Bytes };
}

export interface InitiatorProfile<Peer> extends Profile<Peer> {
  /** SUITES_I in order of preference, up to and with the selected one. */
  readonly suites: readonly [...preferred: number[], selected: number];
  /** The selected one. */
  readonly suite: CipherSuite;
}

export interface ResponderProfile<Peer> extends Profile<Peer> {
  readonly suites: readonly CipherSuite[];
}

/** The keys of a completed, mutually authenticated and confirmed handshake. */
export interface CompletedHandshake<Peer> {
  readonly role: 'initiator' | 'responder';
  readonly session: EdhocSession;
  readonly peer: Peer;
  /** SHA-256 of each side's leaf certificate, DER. */
  readonly ownCredentialHash: Bytes;
  readonly peerCredentialHash: Bytes;
}
