/** What the software key store keeps: keys in the clear, for whoever reads the data folder. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Bytes, equalBytes } from '@vitalseal/protocol';
import { HospitalError } from '../../errors.ts';
import { newWrappingKey, type SigningKey, type WrappingKey } from '../key-store.ts';

export interface SoftwareSecrets {
  /** PKCS #8 in PEM, newest first: one, or two while a key is being replaced. */
  readonly identity: readonly string[];
  /** The one that serves, and the one that is to replace it. */
  readonly audit: readonly string[];
  /** Newest first; 32 bytes in base64. */
  readonly wrapping: readonly { readonly version: number; readonly key: string }[];
}

export function newSecrets(): SoftwareSecrets {
  return { identity: [newPrivateKey()], audit: [newPrivateKey()], wrapping: [wrappingText(newWrappingKey())] };
}

export function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function wrappingText({ version, key }: WrappingKey): SoftwareSecrets['wrapping'][number] {
  return { version, key: key.export().toString('base64') };
}

export function signingKey(pem: string): SigningKey {
  const key = createPrivateKey(pem);
  return {
    spki: spkiOf(key),
    sign: async (toBeSigned) => new Uint8Array(sign('sha256', toBeSigned, { key, dsaEncoding: 'ieee-p1363' })),
  };
}

export function hasPublicKey(pem: string, spki: Bytes): boolean {
  return equalBytes(spkiOf(createPrivateKey(pem)), spki);
}

function spkiOf(key: KeyObject): Bytes {
  return new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
}

export function writeSecrets(secrets: SoftwareSecrets): string {
  return `${JSON.stringify(secrets, null, 2)}\n`;
}

/** @throws HospitalError `keys-damaged` */
export function readSecrets(text: string): SoftwareSecrets {
  try {
    const { identity, audit, wrapping } = JSON.parse(text) as SoftwareSecrets;
    for (const pem of [...identity, ...audit]) createPrivateKey(pem);
    const whole = wrapping.every(({ version, key }) => version > 0 && Buffer.from(key, 'base64').length === 32);
    if (!whole || identity.length === 0 || audit.length === 0 || wrapping.length === 0) throw new Error('incomplete');
    return { identity, audit, wrapping };
  } catch {
    // Without the cause, whose text may quote what was read.
    throw new HospitalError('keys-damaged', "expected the hospital's keys in its data folder");
  }
}
