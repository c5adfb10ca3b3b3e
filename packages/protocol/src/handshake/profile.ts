// What the roles are run with. The product has one profile (handshake.ts); the published traces bring others.

import type { Awaitable, Bytes } from '../bytes.ts';
import type { EphemeralKey } from '../primitives/index.ts';
import type { OwnAuthentication, PeerAuthentication } from './authentication.ts';
import type { CipherSuite } from './cipher-suite.ts';
import type { LastUsedChannel } from './last-used.ts';
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
  /** The key of a sensor's code: this side proves that it holds it, and goes on only with a peer that does as well. */
  readonly sensorCodeKey?: Bytes;
}

/** Who has been authenticated in message_3, before anything else of the handshake is done. */
export interface AuthenticatedInitiator<Peer> {
  readonly peer: Peer;
  /** Whether it holds the key of a code; undefined where it does not speak of one. */
  readonly provesCode: ((key: Bytes) => Promise<boolean>) | undefined;
}

/**
 * The responder's last word, and its choice of a code: throws to refuse, or gives the key that the initiator has proved
 * to hold, by which it is then answered. An initiator that spoke of a code is refused where there is none.
 */
export type Authorize<Peer> = (initiator: AuthenticatedInitiator<Peer>) => Awaitable<Bytes | undefined>;

export interface ResponderProfile<Peer> extends Profile<Peer> {
  readonly suites: readonly CipherSuite[];
  /** Without it, an initiator that speaks of a code is refused: `critical-ead-unknown`. */
  readonly authorize?: Authorize<Peer>;
  /** What the authenticated initiator is told of the channel that was used last, where there was one. */
  readonly lastUsed?: (peer: Peer) => Awaitable<LastUsedChannel | undefined>;
}

/** The keys of a completed, mutually authenticated and confirmed handshake. */
export interface CompletedHandshake<Peer> {
  readonly role: 'initiator' | 'responder';
  readonly session: EdhocSession;
  readonly peer: Peer;
  /** SHA-256 of each side's leaf certificate, DER. */
  readonly ownCredentialHash: Bytes;
  readonly peerCredentialHash: Bytes;
  /** Of the initiator alone, where the responder said it. */
  readonly lastUsed?: LastUsedChannel;
}
