// What COSE authenticates beside the payload: the structures of RFC 9052 sections 4.4 and 5.3. The external_aad carries
// what both sides know and the message does not say: version, step, direction, sender, recipient, epoch.

import type { Bytes } from '../bytes.ts';
import { encodeCbor } from '../wire/cbor/encode.ts';

/** @param protectedHeader the encoded map as it stands in the message, empty for none */
export function encStructure(context: 'Encrypt0' | 'Encrypt', protectedHeader: Bytes, externalAad: Bytes): Bytes {
  return encodeCbor([context, protectedHeader, externalAad]);
}

/** What ES256 signs of a COSE_Sign1. */
export function sigStructure(protectedHeader: Bytes, externalAad: Bytes, payload: Bytes): Bytes {
  return encodeCbor(['Signature1', protectedHeader, externalAad, payload]);
}
