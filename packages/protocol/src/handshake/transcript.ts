// The transcript hashes. Each is a hash over a CBOR sequence that begins with the one before, so that a message changed
// on the way leaves the two sides with different keys.

import type { Bytes } from '../bytes.ts';
import { concatBytes } from '../bytes.ts';
import { sha256 } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/index.ts';

/** TH_2 = H( G_Y, H(message_1) ), RFC 9528 section 5.3.2. */
export async function transcriptHash2(gY: Bytes, message1Hash: Bytes): Promise<Bytes> {
  return sha256(concatBytes(encodeCbor(gY), encodeCbor(message1Hash)));
}

/**
 * TH_3 = H( TH_2, PLAINTEXT_2, CRED_R ) and TH_4 = H( TH_3, PLAINTEXT_3, CRED_I ), section 5.4.2.
 * The plaintext, not the ciphertext, with the whole credential: a reference cannot stand for two certificates.
 */
export async function nextTranscriptHash(transcriptHash: Bytes, plaintext: Bytes, credential: Bytes): Promise<Bytes> {
  return sha256(concatBytes(encodeCbor(transcriptHash), plaintext, credential));
}
