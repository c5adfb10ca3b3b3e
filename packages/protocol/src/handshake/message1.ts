// message_1 = ( METHOD, SUITES_I, G_X, C_I, ? EAD_1 ), RFC 9528 section 5.2.

import { type Bytes, concatBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { type CborValue, decodeCborSequence, encodeCbor } from '../wire/cbor/index.ts';
import { decodeExternalAuthorizationData } from './external-authorization-data.ts';
import { decodeIdentifier, encodeIdentifier } from './identifier.ts';
import { maximumMessageLength, maximumSuites } from './limits.ts';

export interface Message1 {
  readonly method: number;
  /** In the initiator's order of preference; the last is the selected one. */
  readonly suites: readonly number[];
  readonly gX: Bytes;
  readonly connectionId: Bytes;
}

export function encodeMessage1({ method, suites, gX, connectionId }: Message1, ead: Bytes): Bytes {
  return concatBytes(encodeCbor(method), encodeSuites(suites), encodeCbor(gX), encodeIdentifier(connectionId), ead);
}

/** The length of G_X is the selected suite's to check. */
export function decodeMessage1(message: Bytes): Message1 {
  const items = decodeCborSequence(message, { maxBytes: maximumMessageLength.message1 });
  const [method, suites, gX, connectionId, ...ead] = items;
  if (typeof method !== 'number' || !(gX instanceof Uint8Array)) {
    throw new ProtocolError('message-malformed', 'expected message_1 as method, suites, key and connection identifier');
  }
  const message1 = { method, suites: decodeSuites(suites), gX, connectionId: decodeIdentifier(connectionId) };
  decodeExternalAuthorizationData(ead);
  return message1;
}

/** SUITES_I and SUITES_R: an array of two or more, or one integer. */
export function encodeSuites(suites: readonly number[]): Bytes {
  const [only] = suites;
  return encodeCbor(suites.length === 1 && only !== undefined ? only : [...suites]);
}

/** @throws ProtocolError `message-malformed`, also for an array of one */
export function decodeSuites(item: CborValue | undefined): number[] {
  if (isInteger(item)) return [item];
  if (Array.isArray(item) && item.length >= 2 && item.length <= maximumSuites && item.every(isInteger)) return item;
  throw new ProtocolError('message-malformed', 'expected one cipher suite or an array of two or more');
}

function isInteger(item: CborValue | undefined): item is number {
  return typeof item === 'number';
}
