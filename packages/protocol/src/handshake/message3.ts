// message_3 = ( CIPHERTEXT_3: bstr ), RFC 9528 section 5.4: the initiator's identity, sealed.

import { type Bytes, concatBytes, noBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { aesCcmOpen, aesCcmSeal } from '../primitives/index.ts';
import { decodeCborSequence, encodeCbor } from '../wire/cbor/index.ts';
import type { CipherSuite } from './cipher-suite.ts';
import { decodeIdCred, encodeIdCred } from './credential-identifier.ts';
import { decodeExternalAuthorizationData, type ExternalAuthorizationItem } from './external-authorization-data.ts';
import { deriveAead } from './key-schedule.ts';
import { maximumMessageLength } from './limits.ts';

/** What PLAINTEXT_2 and PLAINTEXT_3 have in common. */
export interface AuthenticationPart {
  /** ID_CRED_x, the whole map, as CBOR. */
  readonly idCred: Bytes;
  readonly signatureOrMac: Bytes;
  readonly ead: Bytes;
}

/** PLAINTEXT_3 = ( ID_CRED_I / bstr / -24..23, Signature_or_MAC_3, ? EAD_3 ). */
export function encodePlaintext3({ idCred, signatureOrMac, ead }: AuthenticationPart): Bytes {
  return concatBytes(encodeIdCred(idCred), encodeCbor(signatureOrMac), ead);
}

/** @param understood labels of critical items that the responder acts upon */
export function decodePlaintext3(
  plaintext: Bytes,
  understood: readonly number[],
): AuthenticationPart & { readonly items: readonly ExternalAuthorizationItem[] } {
  const sequence = decodeCborSequence(plaintext, { maxBytes: maximumMessageLength.message3 });
  const [idCred, signatureOrMac, ...ead] = sequence;
  if (!(signatureOrMac instanceof Uint8Array)) {
    throw new ProtocolError('message-malformed', 'expected PLAINTEXT_3 as credential and signature');
  }
  const items = decodeExternalAuthorizationData(ead, understood);
  return { idCred: decodeIdCred(idCred), signatureOrMac, ead: concatBytes(...ead.map(encodeCbor)), items };
}

/** message_3 under PRK_3e2m and TH_3, message_4 under PRK_4e3m and TH_4. */
export interface SealingKeys {
  readonly suite: CipherSuite;
  readonly prk: Bytes;
  readonly transcriptHash: Bytes;
}

/** The Enc_structure of COSE (RFC 9052 section 5.3), with an empty protected header. */
const associatedData = (transcriptHash: Bytes): Bytes => encodeCbor(['Encrypt0', noBytes, transcriptHash]);

export async function sealMessage(number: 3 | 4, keys: SealingKeys, plaintext: Bytes): Promise<Bytes> {
  const { key, nonce } = await deriveAead(keys.prk, number, keys.transcriptHash);
  const aad = associatedData(keys.transcriptHash);
  return encodeCbor(await aesCcmSeal(key, nonce, aad, plaintext, keys.suite.tagLength));
}

/** @throws ProtocolError `authentication-failed`, or `message-malformed` */
export async function openMessage(number: 3 | 4, keys: SealingKeys, message: Bytes): Promise<Bytes> {
  const maxBytes = number === 3 ? maximumMessageLength.message3 : maximumMessageLength.message4;
  const [ciphertext, ...rest] = decodeCborSequence(message, { maxBytes });
  if (!(ciphertext instanceof Uint8Array) || rest.length > 0) {
    throw new ProtocolError('message-malformed', `expected message_${number} as one byte string`);
  }
  const { key, nonce } = await deriveAead(keys.prk, number, keys.transcriptHash);
  return aesCcmOpen(key, nonce, associatedData(keys.transcriptHash), ciphertext, keys.suite.tagLength);
}
