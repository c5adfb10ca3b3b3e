// ECDSA signatures as X.509 carries them (RFC 5758 section 3.2, RFC 3279 section 2.2.3) and as everyone else does (r || s).
import { type Awaitable, type Bytes, concatBytes, type VerifyingKey } from '@vitalseal/protocol';
import { dottedIdentifiers, isIdentifier } from '../der/object-identifiers.ts';
import { type DerElement, DerReader, derTag, readSingle } from '../der/reader.ts';
import { objectIdentifier, octetBitString, unsignedInteger } from '../der/values.ts';
import { derBitString, derObjectIdentifier, derSequence, derUnsigned } from '../der/writer.ts';
import { CertificateError } from '../errors.ts';
import { signEs256, type WebKey } from './key-pair.ts';

/** ecdsa-with-SHA256, parameters absent. */
export const signatureAlgorithm: Bytes = derSequence(derObjectIdentifier(dottedIdentifiers.ecdsaWithSha256));

/** @throws CertificateError `algorithm-refused` */
export function expectSignatureAlgorithm(element: DerElement, what: string): void {
  const reader = new DerReader(element.content);
  const algorithm = objectIdentifier(reader.next(derTag.objectIdentifier, `the algorithm of ${what}`));
  if (!isIdentifier(algorithm, 'ecdsaWithSha256') || !reader.done) {
    throw new CertificateError('algorithm-refused', `expected ${what} to be signed with ECDSA and SHA-256`);
  }
}

/** r || s, 64 octets, from the BIT STRING of a signed structure. */
export function readSignature(element: DerElement): Bytes {
  const what = 'an ECDSA signature';
  const reader = new DerReader(readSingle(octetBitString(element, what), derTag.sequence, what).content);
  const r = coordinate(reader);
  const s = coordinate(reader);
  reader.end(what);
  return concatBytes(r, s);
}

function coordinate(reader: DerReader): Bytes {
  const octets = unsignedInteger(reader.next(derTag.integer, 'a number of a signature'), 'a number of a signature');
  if (octets.length > 32) throw new CertificateError('algorithm-refused', 'expected a signature of a P-256 key');
  const padded = new Uint8Array(32);
  padded.set(octets, 32 - octets.length);
  return padded;
}

/** The three fields that make a certificate, a request or a revocation list out of what is to be signed. */
export async function signStructure(
  toBeSigned: Bytes,
  key: WebKey | ((toBeSigned: Bytes) => Awaitable<Bytes>),
): Promise<Bytes> {
  const signature = await (typeof key === 'function' ? key(toBeSigned) : signEs256(key, toBeSigned));
  const numbers = derSequence(derUnsigned(signature.subarray(0, 32)), derUnsigned(signature.subarray(32)));
  return derSequence(toBeSigned, signatureAlgorithm, derBitString(numbers));
}

export interface SignedStructure {
  readonly toBeSigned: DerElement;
  readonly signature: Bytes;
}

/** Splits what `signStructure` joins. */
export function readSignedStructure(der: Bytes, what: string): SignedStructure {
  const reader = new DerReader(readSingle(der, derTag.sequence, what).content);
  const toBeSigned = reader.next(derTag.sequence, `the signed part of ${what}`);
  expectSignatureAlgorithm(reader.next(derTag.sequence, `the algorithm of ${what}`), what);
  const signature = readSignature(reader.next(derTag.bitString, `the signature of ${what}`));
  reader.end(what);
  return { toBeSigned, signature };
}

/** @throws CertificateError `signature-invalid` */
export async function expectSignature(structure: SignedStructure, key: VerifyingKey, what: string): Promise<void> {
  if ((await key.verify(structure.toBeSigned.raw, structure.signature)) !== true) {
    throw new CertificateError('signature-invalid', `expected the signature of ${what} to be its issuer's`);
  }
}
