/** What the data folder keeps of keys in a TPM: parts that this one TPM alone can use. */

import { type Bytes, bytesToHex, hexToBytes } from '@vitalseal/protocol';
import { decodeKeyBlob, encodeKeyBlob, type KeyBlob } from '@vitalseal/tpm';
import { HospitalError } from '../../errors.ts';
import { readText, writePrivately } from '../hospital-folder.ts';

/** The wrapping key, sealed for one value of the register: that of the release, or of the one that comes after it. */
export interface SealedFor {
  readonly value: Bytes;
  readonly blob: KeyBlob;
}

export interface TpmKeys {
  /** Name of the storage root key: another TPM, or a cleared one, has another. */
  readonly root: Bytes;
  /** Newest first: one, or two while a key is being replaced. */
  readonly identity: readonly KeyBlob[];
  /** The one that serves, and the one that is to replace it. */
  readonly audit: readonly KeyBlob[];
  /** Newest first. */
  readonly wrapping: readonly { readonly version: number; readonly sealed: readonly SealedFor[] }[];
  /** Signs what the TPM states. */
  readonly attestation: KeyBlob;
  readonly counter: {
    readonly index: number;
    /** Its authorization value: with it one may count up, and nobody can count down. */
    readonly value: Bytes;
  };
}

export const tpmKeysFile = 'tpm-keys.json';

interface TextOf {
  readonly root: string;
  readonly identity: readonly string[];
  readonly audit: readonly string[];
  readonly wrapping: readonly { version: number; sealed: readonly { value: string; blob: string }[] }[];
  readonly attestation: string;
  readonly counter: { index: number; value: string };
}

export function writeTpmKeys(dataDir: string, keys: TpmKeys): void {
  const { root, identity, audit, wrapping, attestation, counter } = keys;
  const text: TextOf = {
    root: bytesToHex(root),
    identity: identity.map(blobText),
    audit: audit.map(blobText),
    wrapping: wrapping.map(({ version, sealed }) => ({
      version,
      sealed: sealed.map(({ value, blob }) => ({ value: bytesToHex(value), blob: blobText(blob) })),
    })),
    attestation: blobText(attestation),
    counter: { index: counter.index, value: bytesToHex(counter.value) },
  };
  writePrivately(dataDir, tpmKeysFile, `${JSON.stringify(text, null, 2)}\n`);
}

/** @returns undefined if there is none @throws HospitalError `keys-damaged` */
export function readTpmKeys(dataDir: string): TpmKeys | undefined {
  const file = readText(dataDir, tpmKeysFile);
  if (file === undefined) return undefined;
  try {
    const { root, identity, audit, wrapping, attestation, counter } = JSON.parse(file) as TextOf;
    return {
      root: hexToBytes(root),
      identity: identity.map(blobOf),
      audit: audit.map(blobOf),
      wrapping: wrapping.map(({ version, sealed }) => ({
        version,
        sealed: sealed.map(({ value, blob }) => ({ value: hexToBytes(value), blob: blobOf(blob) })),
      })),
      attestation: blobOf(attestation),
      counter: { index: counter.index, value: hexToBytes(counter.value) },
    };
  } catch (cause) {
    throw new HospitalError('keys-damaged', "expected what the data folder keeps of the TPM's keys", { cause });
  }
}

function blobText(blob: KeyBlob): string {
  return Buffer.from(encodeKeyBlob(blob)).toString('base64');
}

function blobOf(text: string): KeyBlob {
  return decodeKeyBlob(new Uint8Array(Buffer.from(text, 'base64')));
}
