// COSE_Encrypt (RFC 9052 section 5.1) for several recipients: one ciphertext under A256GCM, its content key wrapped for
// each by A256KW (RFC 9053 section 6.2.1), untagged:
//
//   [ h'{1: 3, 5: IV}', {}, ciphertext, [ [h'', {1: -5, 4: kid}, wrapped key], ... ] ]

import { type Bytes, equalBytes, noBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { importAesGcmKey, type KeyWrappingKey, randomBytes } from '../primitives/index.ts';
import { decodeCbor } from '../wire/cbor/decode.ts';
import { encodeCbor } from '../wire/cbor/encode.ts';
import type { CborKey, CborValue } from '../wire/cbor/value.ts';
import { algorithm, header } from './registry.ts';
import { encStructure } from './structures.ts';

export interface Recipient {
  /** 1 to 32 bytes, by which the recipient finds its wrapped key. */
  readonly keyId: Bytes;
  readonly wrappingKey: KeyWrappingKey;
}

export async function encrypt(payload: Bytes, externalAad: Bytes, recipients: readonly Recipient[]): Promise<Bytes> {
  // A content key serves one message, so its nonce cannot repeat; it is random all the same.
  const contentKey = randomBytes(32);
  const iv = randomBytes(12);
  const headers = new Map<CborKey, CborValue>();
  headers.set(header.algorithm, algorithm.a256gcm).set(header.iv, iv);
  const protectedHeader = encodeCbor(headers);
  const key = await importAesGcmKey(contentKey);
  const ciphertext = await key.seal(iv, encStructure('Encrypt', protectedHeader, externalAad), payload);
  const wrapped: CborValue[] = [];
  for (const { keyId, wrappingKey } of recipients) {
    const unprotected = new Map<CborKey, CborValue>();
    unprotected.set(header.algorithm, algorithm.a256kw).set(header.keyId, keyId);
    wrapped.push([noBytes, unprotected, await wrappingKey.wrap(contentKey)]);
  }
  contentKey.fill(0);
  return encodeCbor([protectedHeader, new Map(), ciphertext, wrapped]);
}

/** @throws ProtocolError `envelope-malformed`, `envelope-not-for-recipient`, `authentication-failed` */
export async function decrypt(message: Bytes, externalAad: Bytes, recipient: Recipient): Promise<Bytes> {
  const { protectedHeader, iv, ciphertext, wrapped } = parse(message);
  const own = wrapped.find(({ keyId }) => equalBytes(keyId, recipient.keyId));
  if (own === undefined) {
    throw new ProtocolError('envelope-not-for-recipient', 'expected a content key for this recipient');
  }
  const contentKey = await recipient.wrappingKey.unwrap(own.wrapped);
  const key = await importAesGcmKey(contentKey);
  contentKey.fill(0);
  return await key.open(iv, encStructure('Encrypt', protectedHeader, externalAad), ciphertext);
}

interface Parsed {
  readonly protectedHeader: Bytes;
  readonly iv: Bytes;
  readonly ciphertext: Bytes;
  readonly wrapped: readonly { readonly keyId: Bytes; readonly wrapped: Bytes }[];
}

function parse(message: Bytes): Parsed {
  const [protectedHeader, unprotected, ciphertext, recipients, ...more] = asArray(decodeCbor(message));
  const headers = asHeaders(decodeCbor(asBytes(protectedHeader)), 2);
  if (headers.get(header.algorithm) !== algorithm.a256gcm || more.length > 0) throw malformed();
  asHeaders(unprotected, 0);
  return {
    protectedHeader: asBytes(protectedHeader),
    iv: asBytes(headers.get(header.iv), 12),
    ciphertext: asBytes(ciphertext),
    wrapped: asArray(recipients).map(parseRecipient),
  };
}

function parseRecipient(value: CborValue): { keyId: Bytes; wrapped: Bytes } {
  const [protectedHeader, unprotected, wrapped, ...more] = asArray(value);
  const headers = asHeaders(unprotected, 2);
  if (headers.get(header.algorithm) !== algorithm.a256kw || more.length > 0) throw malformed();
  asBytes(protectedHeader, 0);
  // A wrapped key is 8 bytes longer than the key (RFC 3394).
  return { keyId: asBytes(headers.get(header.keyId)), wrapped: asBytes(wrapped, 40) };
}

function malformed(): ProtocolError {
  return new ProtocolError('envelope-malformed', 'expected a COSE_Encrypt under A256GCM with A256KW recipients');
}

function asArray(value: CborValue | undefined): CborValue[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

function asHeaders(value: CborValue | undefined, size: number): Map<CborKey, CborValue> {
  if (!(value instanceof Map) || value.size !== size) throw malformed();
  return value;
}

function asBytes(value: CborValue | undefined, length?: number): Bytes {
  if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length)) throw malformed();
  return value;
}
