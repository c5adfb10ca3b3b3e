// Public keys (RFC 5480): P-256, uncompressed, nothing else. One curve and one form mean that there is nothing to
// negotiate, and that a SubjectPublicKeyInfo is 27 fixed octets and two coordinates.
import { type Bytes, equalBytes, hexToBytes, importVerifyingKey, sha256, type VerifyingKey } from '@vitalseal/protocol';
import type { DerElement } from '../der/reader.ts';
import { CertificateError } from '../errors.ts';

const prefix = hexToBytes('3059301306072a8648ce3d020106082a8648ce3d03010703420004');
const length = prefix.length + 64;

/** @throws CertificateError `algorithm-refused` */
export function readPublicKey(element: DerElement): Bytes {
  const { raw } = element;
  if (raw.length !== length || !equalBytes(raw.subarray(0, prefix.length), prefix)) {
    throw new CertificateError('algorithm-refused', 'expected a public key on P-256, uncompressed');
  }
  return raw;
}

/** @throws CertificateError `key-refused` if the coordinates are on no point of the curve */
export async function verifyingKey(spki: Bytes): Promise<VerifyingKey> {
  try {
    return await importVerifyingKey(spki);
  } catch (cause) {
    throw new CertificateError('key-refused', 'expected a point of the curve P-256', { cause });
  }
}

/** RFC 7093 section 2, method 1: the leftmost 160 bits of SHA-256 over the key; SHA-1 has no place here. */
export async function keyIdentifier(spki: Bytes): Promise<Bytes> {
  return (await sha256(spki.subarray(prefix.length - 1))).slice(0, 20);
}
