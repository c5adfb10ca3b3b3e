// A certificate and its key as the credential one speaks with in the handshake (RFC 9528, RFC 9360).
import type { Bytes, OwnCredential } from '@vitalseal/protocol';
import { signEs256, type WebKey } from '../key/key-pair.ts';

export interface OwnCredentialOptions {
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  readonly privateKey: WebKey;
  /** `x5chain` at first contact, `x5t` where the other side knows the certificate. */
  readonly present: 'x5t' | 'x5chain';
}

export function ownCredential({ chain, privateKey, present }: OwnCredentialOptions): OwnCredential {
  return { certificateChain: [...chain], present, sign: (toBeSigned) => signEs256(privateKey, toBeSigned) };
}
