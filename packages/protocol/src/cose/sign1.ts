// COSE_Sign1 (RFC 9052 section 4.2), untagged: [ protected header, unprotected header, payload, signature ].

import type { Awaitable, Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import type { VerifyingKey } from '../primitives/index.ts';
import { decodeCbor } from '../wire/cbor/decode.ts';
import { encodeCbor } from '../wire/cbor/encode.ts';
import type { CborKey, CborValue } from '../wire/cbor/value.ts';
import { algorithm, header } from './registry.ts';
import { sigStructure } from './structures.ts';

export type Headers = ReadonlyMap<CborKey, CborValue>;

export interface Sign1 {
  readonly protectedHeader: Bytes;
  readonly protectedFields: Headers;
  readonly unprotectedFields: Headers;
  readonly payload: Bytes;
  readonly signature: Bytes;
}

/** @param sign ES256: r || s, 64 bytes; the key itself may sit in a TPM */
export async function sign1(
  payload: Bytes,
  externalAad: Bytes,
  protectedFields: Headers,
  sign: (toBeSigned: Bytes) => Awaitable<Bytes>,
): Promise<Bytes> {
  const fields = new Map([...protectedFields, [header.algorithm, algorithm.es256]]);
  const protectedHeader = encodeCbor(fields);
  const signature = await sign(sigStructure(protectedHeader, externalAad, payload));
  return encodeCbor([protectedHeader, new Map(), payload, signature]);
}

/** Only the shape; nothing in it is true before `verifySign1`. @throws ProtocolError `envelope-malformed` */
export function parseSign1(message: Bytes): Sign1 {
  const value = decodeCbor(message);
  if (!Array.isArray(value) || value.length !== 4) throw malformed();
  const [protectedHeader, unprotectedFields, payload, signature] = value;
  if (!(protectedHeader instanceof Uint8Array) || !(unprotectedFields instanceof Map)) throw malformed();
  if (!(payload instanceof Uint8Array) || !(signature instanceof Uint8Array)) throw malformed();
  const protectedFields = decodeCbor(protectedHeader);
  if (!(protectedFields instanceof Map)) throw malformed();
  return { protectedHeader, protectedFields, unprotectedFields, payload, signature };
}

/** @throws ProtocolError `envelope-malformed` for another algorithm, `envelope-signature-invalid` */
export async function verifySign1(message: Sign1, externalAad: Bytes, key: VerifyingKey): Promise<void> {
  // The algorithm is the key's, and must be said under the signature: otherwise the message chooses how it is checked.
  if (message.protectedFields.get(header.algorithm) !== algorithm.es256) throw malformed();
  const toBeSigned = sigStructure(message.protectedHeader, externalAad, message.payload);
  const valid = await key.verify(toBeSigned, message.signature);
  if (!valid) throw new ProtocolError('envelope-signature-invalid', 'expected a signature of this signer');
}

function malformed(): ProtocolError {
  return new ProtocolError('envelope-malformed', 'expected a COSE_Sign1 under ES256');
}
