/**
 * The hospital's side of the handshake (EDHOC, RFC 9528): it responds, since the side nearer the patient, and the page at
 * step 3, initiate. A channel is durable before message_4 leaves, or a crash would leave the peer with keys we lost.
 */
import type { IsRevoked } from '@vitalseal/certifying-authority';
import {
  acceptMessage1,
  type Bytes,
  deriveChannel,
  errorMessageFor,
  HalfOpenHandshakes,
  type Identity,
  type LastUsedChannel,
  type OwnCredential,
  type PeerCredential,
  ProtocolError,
  parseHandshakeBody,
  type ResponderAwaitingMessage3,
  type Role,
  type Step,
} from '@vitalseal/protocol';
import type { ChannelRegistry } from '../channels/channel-registry.ts';
import { HospitalError } from '../errors.ts';
import { codeOf } from '../refusal.ts';
import { type CertifiedPeer, PeerVerifier } from './peer-verifier.ts';

export interface HandshakeResponderOptions {
  /** The credential that serves now. */
  readonly own: () => OwnCredential;
  readonly identity: Identity;
  readonly anchors: readonly Bytes[];
  readonly isRevoked: IsRevoked;
  /** Which roles this listener serves, all of one step. */
  readonly roles: readonly Role[];
  readonly step: Step;
  /** Whether this peer is under our care, or on our staff and signed in, and until when, UTC ms. */
  readonly admits: (peer: CertifiedPeer) => Promise<{ readonly until: number } | undefined>;
  readonly registry: ChannelRegistry;
  /** What a peer is told of the channel that it used last. */
  readonly lastUsed?: (peer: CertifiedPeer) => Promise<LastUsedChannel | undefined>;
  /** UTC ms, the machine's own clock. */
  readonly now: () => number;
  /** Half-open handshakes at a time. */
  readonly halfOpenLimit: number;
  /** How long a channel serves before a new handshake, ms. */
  readonly channelLifetimeMs: number;
}

export type HandshakeAnswer =
  | { readonly kind: 'message'; readonly body: Bytes }
  | { readonly kind: 'refused'; readonly body: Bytes; readonly code: string };

/** No fault of the peer: it is told to come again. */
const unavailable: ReadonlySet<string> = new Set(['store-unavailable', 'keys-unavailable']);
const halfOpenLifetimeMs = 10_000;

export class HandshakeResponder {
  readonly #options: HandshakeResponderOptions;
  readonly #verifier: PeerVerifier;
  readonly #halfOpen: HalfOpenHandshakes<ResponderAwaitingMessage3>;

  constructor(options: HandshakeResponderOptions) {
    this.#options = options;
    this.#verifier = new PeerVerifier(options);
    this.#halfOpen = new HalfOpenHandshakes({ limit: options.halfOpenLimit, lifetimeMs: halfOpenLifetimeMs });
  }

  get halfOpen(): number {
    return this.#halfOpen.size;
  }

  /** @throws only when the store or the place of the keys fails: everything the peer may have done wrong is an answer */
  async answer(body: Bytes): Promise<HandshakeAnswer> {
    try {
      const parsed = parseHandshakeBody(body);
      const answer =
        parsed.kind === 'message1'
          ? await this.#message2(parsed.message)
          : await this.#message4(parsed.connectionId, parsed.message);
      return { kind: 'message', body: answer };
    } catch (error) {
      const code = reasonOf(error);
      if (code === undefined || unavailable.has(code)) throw error;
      return { kind: 'refused', body: errorMessageFor(error), code };
    }
  }

  async #message2(message1: Bytes): Promise<Bytes> {
    const connectionId = this.#halfOpen.newConnectionId();
    const { lastUsed } = this.#options;
    const own = this.#options.own();
    const told = lastUsed && { lastUsed: (peer: PeerCredential) => lastUsed(this.#verifier.certified(peer)) };
    const awaiting = await acceptMessage1({ own, verifyPeer: this.#verifier.verify, connectionId, ...told }, message1);
    this.#halfOpen.add(connectionId, awaiting, this.#options.now());
    return awaiting.message2;
  }

  async #message4(connectionId: Bytes, message3: Bytes): Promise<Bytes> {
    const { now, admits, identity, step, registry, channelLifetimeMs, isRevoked } = this.#options;
    const awaiting = this.#halfOpen.take(connectionId, now());
    if (awaiting === undefined) {
      throw new HospitalError('unknown-handshake', 'expected message_3 of a handshake that is under way');
    }
    const { message4, result } = await awaiting.receiveMessage3(message3);
    const peer = this.#verifier.certified(result.peer);
    const admitted = await admits(peer);
    if (admitted === undefined) {
      throw new HospitalError(
        'not-admitted',
        'expected a patient under our care, or a member of staff who is signed in',
      );
    }
    const secrets = await deriveChannel(result, step, identity);
    const expiresAt = Math.min(peer.notAfter, admitted.until, now() + channelLifetimeMs);
    const channel = await registry.establish(secrets, peer.serials, expiresAt);
    // It may have been revoked between its verification and now, when no channel was there yet to be closed.
    if (peer.serials.some(isRevoked)) {
      await registry.close([channel.id]);
      throw new HospitalError('certificate-revoked', 'expected a certificate that is not revoked');
    }
    return message4;
  }
}

/** Where it was the certificate: what was wrong with it. The log is to say so; the peer is told the same of everything. */
function reasonOf(error: unknown): string | undefined {
  const refused = error instanceof ProtocolError && error.code === 'credential-refused';
  return (refused ? codeOf(error.cause) : undefined) ?? codeOf(error);
}
