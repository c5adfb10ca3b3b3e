// message_4 = ( CIPHERTEXT_4: bstr ), RFC 9528 section 5.5: an empty plaintext, or external authorization data. Only
// someone who holds PRK_4e3m can make it, which is the initiator's proof that the responder has the keys too.

import type { Bytes } from '../bytes.ts';
import { decodeCborSequence } from '../wire/cbor/index.ts';
import { decodeExternalAuthorizationData, type ExternalAuthorizationItem } from './external-authorization-data.ts';
import { maximumMessageLength } from './limits.ts';
import { openMessage, type SealingKeys, sealMessage } from './message3.ts';

export async function sealMessage4(keys: SealingKeys, ead: Bytes): Promise<Bytes> {
  return sealMessage(4, keys, ead);
}

/** @param understood labels of critical items that the initiator acts upon @returns EAD_4 */
export async function openMessage4(
  keys: SealingKeys,
  message: Bytes,
  understood: readonly number[],
): Promise<readonly ExternalAuthorizationItem[]> {
  const plaintext = await openMessage(4, keys, message);
  const sequence = decodeCborSequence(plaintext, { maxBytes: maximumMessageLength.message4 });
  return decodeExternalAuthorizationData(sequence, understood);
}
