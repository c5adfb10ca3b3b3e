/**
 * Who may open a channel with the hospital: a certificate of our authority, valid and not revoked now, of a role this
 * listener serves. Unlike the authority's own verifier it keeps what the channel later rests on: serials and validity.
 */
import { type IsRevoked, KnownChains, PathValidator } from '@vitalseal/certifying-authority';
import { type Bytes, type PeerCredential, ProtocolError, type Role, type VerifyPeer } from '@vitalseal/protocol';

export interface CertifiedPeer extends PeerCredential {
  /** Of the certificate and its issuers. */
  readonly serials: readonly string[];
  /** UTC ms. */
  readonly notAfter: number;
}

export interface PeerVerifierOptions {
  readonly anchors: readonly Bytes[];
  readonly roles: readonly Role[];
  readonly now: () => number;
  readonly isRevoked: IsRevoked;
}

export class PeerVerifier {
  readonly #options: PeerVerifierOptions;
  readonly #validator: PathValidator;
  readonly #chains = new KnownChains();
  readonly #verified = new WeakMap<PeerCredential, CertifiedPeer>();

  constructor(options: PeerVerifierOptions) {
    this.#options = options;
    this.#validator = new PathValidator({ anchors: options.anchors });
  }

  readonly verify: VerifyPeer = async (reference) => {
    const { roles, now, isRevoked } = this.#options;
    const chain = reference.kind === 'x5chain' ? reference.chain : this.#chains.find(reference.hash);
    if (chain === undefined) {
      throw new ProtocolError('credential-unknown', 'expected a certificate met before, or the chain by value');
    }
    const valid = await this.#validator.validate({ chain, at: now(), role: roles, isRevoked });
    if (reference.kind === 'x5chain') await this.#chains.add(chain);
    const { identity, certificate, publicKey, serials, notAfter } = valid;
    const peer: CertifiedPeer = { identity, certificate, publicKey, serials, notAfter };
    this.#verified.set(peer, peer);
    return peer;
  };

  /** What was verified of the peer that a handshake ended with. */
  certified(peer: PeerCredential): CertifiedPeer {
    const certified = this.#verified.get(peer);
    if (certified === undefined) throw new Error('expected a peer that this verifier has verified');
    return certified;
  }
}
