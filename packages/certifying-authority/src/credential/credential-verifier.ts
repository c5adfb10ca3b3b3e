// The other side's credential in a handshake, judged: found by its reference, its path validated to our roots, its
// role allowed, not revoked now. That it is not our own is the protocol's check.
import { type Bytes, type CredentialReference, ProtocolError, type Role, type VerifyPeer } from '@vitalseal/protocol';
import { x5t } from '../certificate/thumbprint.ts';
import { PathValidator } from '../path/path-validator.ts';
import type { IsRevoked } from '../path/valid-at.ts';

export interface CredentialVerifierOptions {
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
  /** UTC milliseconds. */
  readonly now: () => number;
  /** Who may speak here: a sensor's certificate cannot speak as a doctor. */
  readonly roles: readonly Role[];
  readonly isRevoked?: IsRevoked;
  /** The chain of a certificate met before (leaf first), by its x5t. */
  readonly known?: (x5t: Bytes) => readonly Bytes[] | undefined;
  /** Told of each chain that came by value and passed, so that `known` can find it next time. */
  readonly remember?: (x5t: Bytes, chain: readonly Bytes[]) => void;
}

/** The verifier throws CertificateError to refuse, ProtocolError `credential-unknown` to ask for the chain by value. */
export function credentialVerifier(options: CredentialVerifierOptions): VerifyPeer {
  const { anchors, now, roles, isRevoked = () => false, known, remember } = options;
  const validator = new PathValidator({ anchors });
  return async (reference) => {
    const chain = findChain(reference, known);
    const valid = await validator.validate({ chain, at: now(), role: roles, isRevoked });
    if (reference.kind === 'x5chain' && remember !== undefined) remember(await x5t(valid.certificate), [...chain]);
    return { identity: valid.identity, certificate: valid.certificate, publicKey: valid.publicKey };
  };
}

function findChain(reference: CredentialReference, known: CredentialVerifierOptions['known']): readonly Bytes[] {
  if (reference.kind === 'x5chain') return reference.chain;
  const chain = known?.(reference.hash);
  if (chain === undefined)
    throw new ProtocolError('credential-unknown', 'expected a certificate met before, or the chain by value');
  return chain;
}
