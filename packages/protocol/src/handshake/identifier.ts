// Byte-string identifiers (RFC 9528 section 3.3.2): connection identifiers C_I and C_R, and the kid of a credential.
// One that is by itself the CBOR of a small integer travels as that integer, and only so.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { type CborValue, encodeCbor } from '../wire/cbor/index.ts';
import { maximumConnectionIdLength } from './limits.ts';

function isOneByteInteger(identifier: Bytes): boolean {
  const [byte] = identifier;
  return identifier.length === 1 && byte !== undefined && (byte <= 0x17 || (byte >= 0x20 && byte <= 0x37));
}

/** @throws ProtocolError `connection-id-malformed` */
export function requireConnectionId(identifier: Bytes): void {
  if (identifier.length > maximumConnectionIdLength) {
    throw new ProtocolError('connection-id-malformed', `expected at most ${maximumConnectionIdLength} bytes`);
  }
}

export function encodeIdentifier(identifier: Bytes): Bytes {
  return isOneByteInteger(identifier) ? identifier : encodeCbor(identifier);
}

/** @throws ProtocolError `message-malformed`, also for the longer of two possible encodings */
export function decodeIdentifier(item: CborValue | undefined): Bytes {
  if (typeof item === 'number' && item >= -24 && item <= 23) return encodeCbor(item);
  if (item instanceof Uint8Array && item.length <= maximumConnectionIdLength && !isOneByteInteger(item)) return item;
  throw new ProtocolError('message-malformed', 'expected an identifier in its shortest encoding');
}
