// How a side proves who it is (RFC 9528 sections 3.5, 4.1.2, 5.3.2 and 5.4.2): an inner MAC over transcript and
// credential, which a signature key then signs (SIGMA-I) and a static Diffie-Hellman key sends as it is. The roles speak
// to both kinds through the two interfaces below.

import type { Awaitable, Bytes } from '../bytes.ts';
import { concatBytes } from '../bytes.ts';
import type { EphemeralKey } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/index.ts';
import type { CipherSuite } from './cipher-suite.ts';
import { edhocKdf, type kdfLabel, type SaltLabel } from './key-schedule.ts';

export interface Credential {
  /** ID_CRED_x: a COSE header map, as CBOR. */
  readonly idCred: Bytes;
  /** CRED_x, as CBOR. */
  readonly cred: Bytes;
  /** SHA-256 of the credential; of the DER for a certificate. */
  readonly hash: Bytes;
}

export interface OwnAuthentication {
  readonly credential: Credential;
  macLength(suite: CipherSuite): number;
  /** PRK_3e2m or PRK_4e3m from the key before it: the same key for a signature key, section 4.1.1. */
  nextKey(prk: Bytes, salt: SaltLabel, transcriptHash: Bytes, peerEphemeral: Bytes): Awaitable<Bytes>;
  /** Signature_or_MAC_x. */
  prove(mac: Bytes, toBeSigned: Bytes): Awaitable<Bytes>;
}

export interface PeerAuthentication<Peer> {
  readonly peer: Peer;
  readonly credential: Credential;
  macLength(suite: CipherSuite): number;
  nextKey(prk: Bytes, salt: SaltLabel, transcriptHash: Bytes, ownEphemeral: EphemeralKey): Awaitable<Bytes>;
  /** @throws ProtocolError `authentication-failed`; there is no boolean that a caller could forget to look at */
  verify(signatureOrMac: Bytes, mac: Bytes, toBeSigned: Bytes): Awaitable<void>;
}

/** What MAC_2 and MAC_3 cover. */
export interface AuthenticatedFields {
  /** C_R as it stands in PLAINTEXT_2; empty in message_3. */
  readonly connectionId: Bytes;
  readonly credential: Credential;
  readonly transcriptHash: Bytes;
  readonly ead: Bytes;
}

/** MAC_2 and MAC_3 = EDHOC_KDF( PRK, label, context, mac_length ), sections 5.3.2 and 5.4.2. */
export async function computeMac(
  prk: Bytes,
  label: typeof kdfLabel.mac2 | typeof kdfLabel.mac3,
  { connectionId, credential, transcriptHash, ead }: AuthenticatedFields,
  length: number,
): Promise<Bytes> {
  const context = concatBytes(connectionId, credential.idCred, encodeCbor(transcriptHash), credential.cred, ead);
  return edhocKdf(prk, label, context, length);
}

/** The Sig_structure of COSE (RFC 9052 section 4.4) that EDHOC signs: protected header ID_CRED_x, payload the MAC. */
export function signatureInput({ credential, transcriptHash, ead }: AuthenticatedFields, mac: Bytes): Bytes {
  const externalAad = concatBytes(encodeCbor(transcriptHash), credential.cred, ead);
  return encodeCbor(['Signature1', credential.idCred, externalAad, mac]);
}
