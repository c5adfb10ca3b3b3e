/**
 * The key of the hospital's listeners. `node:tls` needs it in memory; on the disk it lies sealed under the wrapping key,
 * together with its certificate, so that neither is ever there without the other.
 */
import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { HospitalError } from '../errors.ts';
import { readText, writePrivately } from './hospital-folder.ts';
import type { WrappingKey } from './key-store.ts';

export interface ListenerIdentity {
  /** PKCS #8, PEM. */
  readonly key: string;
  /** Leaf and issuer, PEM. */
  readonly cert: string;
}

interface Sealed {
  /** Of the wrapping key. */
  readonly version: number;
  /** Nonce, ciphertext and tag of AES-256-GCM, base64. */
  readonly key: string;
  readonly cert: string;
}

const fileName = 'listener.json';
const algorithm = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

export function writeListenerIdentity(
  dataDir: string,
  { version, key: wrapping }: WrappingKey,
  { key, cert }: ListenerIdentity,
): void {
  // Random: the subkey seals one key at each renewal of the certificate, a few hundred in its life at most.
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(algorithm, subkey(wrapping), nonce).setAAD(Buffer.from(cert));
  const sealed = Buffer.concat([nonce, cipher.update(key, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const content: Sealed = { version, key: sealed.toString('base64'), cert };
  writePrivately(dataDir, fileName, `${JSON.stringify(content, null, 2)}\n`);
}

/** @throws HospitalError `not-initialised`, `keys-damaged` */
export function readListenerIdentity(dataDir: string, wrappingKeys: readonly WrappingKey[]): ListenerIdentity {
  const { version, key: text, cert } = readSealed(dataDir);
  const wrapping = wrappingKeys.find((key) => key.version === version);
  if (wrapping === undefined) throw damaged();
  const sealed = Buffer.from(text, 'base64');
  const nonce = sealed.subarray(0, nonceLength);
  try {
    const decipher = createDecipheriv(algorithm, subkey(wrapping.key), nonce).setAAD(Buffer.from(cert));
    decipher.setAuthTag(sealed.subarray(-tagLength));
    const key = Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()]);
    return { key: key.toString('utf8'), cert };
  } catch {
    throw damaged();
  }
}

/** What of it is public: the certificates, PEM. @throws HospitalError `not-initialised` */
export function readListenerChain(dataDir: string): string {
  return readSealed(dataDir).cert;
}

function readSealed(dataDir: string): Sealed {
  const text = readText(dataDir, fileName);
  if (text === undefined) {
    throw new HospitalError('not-initialised', 'expected a data folder that `vitalseal hospital init` has made');
  }
  try {
    const { version, key, cert } = JSON.parse(text) as Sealed;
    if (typeof key === 'string' && typeof cert === 'string') return { version, key, cert };
  } catch {
    // Told below, without a text that quotes what was read.
  }
  throw damaged();
}

function subkey(wrapping: KeyObject): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', wrapping, '', 'vitalseal listener key 1', 32));
}

function damaged(): HospitalError {
  return new HospitalError('keys-damaged', "expected the listeners' key, sealed under the hospital's wrapping key");
}
