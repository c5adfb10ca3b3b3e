// EDHOC's forward flow over HTTP, as RFC 9528 appendix A.2.1 carries it over CoAP: the client's messages bear a prefix
// that tells a new handshake (true) from the one it goes on with (C_R); the server's answers have none.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { decodeCborSequence, encodeCbor } from '../wire/cbor/index.ts';
import { decodeIdentifier, encodeIdentifier } from './identifier.ts';
import { maximumConnectionIdLength, maximumMessageLength } from './limits.ts';

/** Media types of section 10.8: with the prefix, and without. */
export const handshakeMediaType = {
  request: 'application/cid-edhoc+cbor-seq',
  response: 'application/edhoc+cbor-seq',
} as const;

export type HandshakeBody =
  | { readonly kind: 'message1'; readonly message: Bytes }
  | { readonly kind: 'message3'; readonly connectionId: Bytes; readonly message: Bytes };

const newHandshake = 0xf5;
const maxBytes = maximumMessageLength.message3 + maximumConnectionIdLength + 2;

export function frameMessage1(message1: Bytes): Bytes {
  return concatBytes(Uint8Array.of(newHandshake), message1);
}

export function frameMessage3(connectionIdR: Bytes, message3: Bytes): Bytes {
  return concatBytes(encodeIdentifier(connectionIdR), message3);
}

/** The messages themselves are for the roles to read. @throws ProtocolError `message-malformed`, or a `cbor-` code */
export function parseHandshakeBody(body: Bytes): HandshakeBody {
  if (body[0] === newHandshake) return { kind: 'message1', message: body.slice(1) };
  const [connectionId, message, ...rest] = decodeCborSequence(body, { maxBytes });
  if (!(message instanceof Uint8Array) || rest.length > 0) {
    throw new ProtocolError('message-malformed', 'expected a prefix and a handshake message');
  }
  return { kind: 'message3', connectionId: decodeIdentifier(connectionId), message: encodeCbor(message) };
}
