// P-256 key pairs for ECDSA, in WebCrypto: in a page the private key is made non-extractable and never seen.
import type { Bytes } from '@vitalseal/protocol';
import { CertificateError } from '../errors.ts';

const { subtle } = globalThis.crypto;
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** WebCrypto's CryptoKey, named through the call: the DOM's name does not exist where Node's types alone are loaded. */
export type WebKey = Awaited<ReturnType<typeof subtle.importKey>>;
export interface KeyPair {
  readonly publicKey: WebKey;
  readonly privateKey: WebKey;
}

export async function generateKeyPair({ extractable }: { extractable: boolean }): Promise<KeyPair> {
  return subtle.generateKey(ecdsa, extractable, ['sign', 'verify']);
}

/** SubjectPublicKeyInfo, DER. */
export async function exportPublicKey(publicKey: WebKey): Promise<Bytes> {
  return new Uint8Array(await subtle.exportKey('spki', publicKey));
}

/** PKCS #8, DER. */
export async function exportPrivateKey(privateKey: WebKey): Promise<Bytes> {
  return new Uint8Array(await subtle.exportKey('pkcs8', privateKey));
}

/** @throws CertificateError `key-refused` */
export async function importPrivateKey(
  pkcs8: Bytes,
  { extractable = false }: { extractable?: boolean } = {},
): Promise<WebKey> {
  try {
    return await subtle.importKey('pkcs8', pkcs8, ecdsa, extractable, ['sign']);
  } catch (cause) {
    throw new CertificateError('key-refused', 'expected a P-256 private key in PKCS #8', { cause });
  }
}

/** ES256: r || s, 64 octets. */
export async function signEs256(privateKey: WebKey, data: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle.sign(signing, privateKey, data));
}
