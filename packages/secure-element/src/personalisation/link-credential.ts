// What TLS inside the card needs of the applet: its own certificate and key, and whom it trusts. It stays within the
// card's code: no command hands it out.

import type { Bytes } from '@vitalseal/protocol';
import type { ElementState } from '../element-state.ts';
import { loadOwnPrivateKey } from './own-key.ts';
import { expectPersonalised } from './trust.ts';

export interface LinkCredential {
  /** DER, leaf first, without the root. */
  readonly chain: readonly Bytes[];
  /** PKCS #8, DER. */
  readonly privateKey: Bytes;
  /** Roots, DER. */
  readonly anchors: readonly Bytes[];
  /** By serial number in hexadecimal. */
  readonly isRevoked: (serial: string) => boolean;
}

/** @throws SecureElementError `element-not-personalised` */
export async function linkCredential(state: ElementState): Promise<LinkCredential> {
  const { certificates } = expectPersonalised(state);
  const privateKey = (await loadOwnPrivateKey(state.storage)) ?? new Uint8Array(0);
  const { chain, anchors } = certificates;
  return { chain, anchors, privateKey, isRevoked: (serial) => state.revocations?.revoked.has(serial) === true };
}
