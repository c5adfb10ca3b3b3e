// The proof of a sensor's code, as external authorization data of message_3 and message_4.
//
// The sensor proves in message_3, when the element's signature has been verified; the element in message_4, when the
// sensor's proof has. So what was made with the code is never seen by a listener, nor by anyone without a certificate,
// and the element, which is the one to be talked to by strangers, shows none to whoever does not hold the code already.
// message_2 carries none: it can be read by anyone who sends a message_1.
//
// Each proof covers the transcript hash (both ephemeral keys, all messages so far, the responder's certificate) and both
// certificates. One that was seen in another handshake, or at the other end of this one, proves nothing here.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { constantTimeEqual, hkdfExpand } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/index.ts';
import type { ExternalAuthorizationItem } from './external-authorization-data.ts';

/** In the private-use range of the registry (RFC 9528 section 10.5). Always critical: an end that does not know it must
 * not complete the handshake as if it had agreed. */
export const sensorCodeLabel = 32768;
const proofLength = 16;
const context = 'vitalseal sensor code';

export interface ProvenHandshake {
  /** Which message bears the proof: the two ends cannot reflect each other's. */
  readonly message: 3 | 4;
  /** TH_3 or TH_4. */
  readonly transcriptHash: Bytes;
  /** SHA-256 of the certificates. */
  readonly initiatorHash: Bytes;
  readonly responderHash: Bytes;
}

/** @param key of the code, 32 bytes */
export async function proveSensorCode(key: Bytes, handshake: ProvenHandshake): Promise<Bytes> {
  const { message, transcriptHash, initiatorHash, responderHash } = handshake;
  const info = encodeCbor([context, message, transcriptHash, initiatorHash, responderHash]);
  return hkdfExpand(key, info, proofLength);
}

export async function isSensorCodeProof(proof: Bytes, key: Bytes, handshake: ProvenHandshake): Promise<boolean> {
  return constantTimeEqual(proof, await proveSensorCode(key, handshake));
}

/** @returns the item of EAD_3 or EAD_4 */
export function encodeSensorCodeProof(proof: Bytes): Bytes {
  return concatBytes(encodeCbor(-sensorCodeLabel), encodeCbor(proof));
}

/** @throws ProtocolError `message-malformed` for two proofs, or one of another length */
export function sensorCodeProofIn(items: readonly ExternalAuthorizationItem[]): Bytes | undefined {
  const proofs = items.filter(({ label, critical }) => label === sensorCodeLabel && critical);
  const [only] = proofs;
  if (only === undefined) return undefined;
  if (proofs.length > 1 || only.value?.length !== proofLength) {
    throw new ProtocolError('message-malformed', `expected one proof of a code, of ${proofLength} bytes`);
  }
  return only.value;
}
