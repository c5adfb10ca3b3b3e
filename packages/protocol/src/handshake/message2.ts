// message_2 = ( G_Y_CIPHERTEXT_2: bstr ), RFC 9528 section 5.3. CIPHERTEXT_2 is masked by a key stream, not sealed: it
// hides the responder's identity from a listener. What protects its content is the signature inside.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { decodeCborSequence, encodeCbor } from '../wire/cbor/index.ts';
import { ephemeralKeyLength } from './cipher-suite.ts';
import { decodeIdCred, encodeIdCred } from './credential-identifier.ts';
import { decodeExternalAuthorizationData } from './external-authorization-data.ts';
import { decodeIdentifier, encodeIdentifier } from './identifier.ts';
import { edhocKdf, kdfLabel } from './key-schedule.ts';
import { maximumMessageLength } from './limits.ts';
import type { AuthenticationPart } from './message3.ts';

export interface Message2 {
  readonly gY: Bytes;
  readonly ciphertext: Bytes;
}

export function encodeMessage2({ gY, ciphertext }: Message2): Bytes {
  return encodeCbor(concatBytes(gY, ciphertext));
}

export function decodeMessage2(message: Bytes): Message2 {
  const [item, ...rest] = decodeCborSequence(message, { maxBytes: maximumMessageLength.message2 });
  if (!(item instanceof Uint8Array) || rest.length > 0 || item.length <= ephemeralKeyLength) {
    throw new ProtocolError('message-malformed', 'expected message_2 as one byte string of key and ciphertext');
  }
  return { gY: item.slice(0, ephemeralKeyLength), ciphertext: item.slice(ephemeralKeyLength) };
}

/** KEYSTREAM_2 XOR text: masks and unmasks, section 5.3.2. */
export async function maskPlaintext2(prk2e: Bytes, transcriptHash2: Bytes, text: Bytes): Promise<Bytes> {
  const keystream = await edhocKdf(prk2e, kdfLabel.keystream2, transcriptHash2, text.length);
  return text.map((byte, i) => byte ^ (keystream[i] ?? 0));
}

/** PLAINTEXT_2 = ( C_R, ID_CRED_R / bstr / -24..23, Signature_or_MAC_2, ? EAD_2 ). */
export interface Plaintext2 extends AuthenticationPart {
  readonly connectionId: Bytes;
}

export function encodePlaintext2({ connectionId, idCred, signatureOrMac, ead }: Plaintext2): Bytes {
  return concatBytes(encodeIdentifier(connectionId), encodeIdCred(idCred), encodeCbor(signatureOrMac), ead);
}

export function decodePlaintext2(plaintext: Bytes): Plaintext2 {
  const items = decodeCborSequence(plaintext, { maxBytes: maximumMessageLength.message2 });
  const [connectionId, idCred, signatureOrMac, ...ead] = items;
  if (!(signatureOrMac instanceof Uint8Array)) {
    throw new ProtocolError('message-malformed', 'expected PLAINTEXT_2 as identifier, credential and signature');
  }
  decodeExternalAuthorizationData(ead);
  return {
    connectionId: decodeIdentifier(connectionId),
    idCred: decodeIdCred(idCred),
    signatureOrMac,
    ead: concatBytes(...ead.map(encodeCbor)),
  };
}
