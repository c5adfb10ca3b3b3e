/**
 * A value as it lies in the store: format, version of the data key, nonce, ciphertext, tag (AES-256-GCM). What it belongs
 * to is in the additional data, not in the value: table, column, owner and row, so that a value that was moved to another
 * row, column or patient, or copied there, does not open.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { nonceLength, writeNonce } from './nonces.ts';

/** Whose data key: the store's number of a patient, or the hospital's own. */
export type Owner = number;
export const hospitalOwner: Owner = 0;

export interface DataKey {
  readonly owner: Owner;
  /** Counts up from 1. */
  readonly version: number;
  readonly key: KeyObject;
}

/** Where a value belongs: what names its row, and whatever else of the row must not be altered. */
export type Place = readonly [table: string, column: string, ...row: readonly (number | string)[]];

const format = 1;
const algorithm = 'aes-256-gcm';
const versionAt = 1;
const nonceAt = 3;
const bodyAt = nonceAt + nonceLength;
const tagLength = 16;
export const sealedOverhead = bodyAt + tagLength;
export const highestKeyVersion = 0xffff;

export function sealValue({ owner, version, key }: DataKey, place: Place, value: Uint8Array): Bytes {
  // From Node's pool and not zeroed: every byte of it is written, and this is done for each reading.
  const sealed = Buffer.allocUnsafe(sealedOverhead + value.length);
  sealed[0] = format;
  sealed[versionAt] = version >> 8;
  sealed[versionAt + 1] = version & 0xff;
  writeNonce(sealed, nonceAt);
  const cipher = createCipheriv(algorithm, key, sealed.subarray(nonceAt, bodyAt));
  cipher.setAAD(additionalData(owner, place));
  sealed.set(cipher.update(value), bodyAt);
  cipher.final();
  sealed.set(cipher.getAuthTag(), sealed.length - tagLength);
  return sealed;
}

/** @throws HospitalError `sealed-value-refused` */
export function keyVersionOf(sealed: Uint8Array): number {
  if (sealed.length < sealedOverhead || sealed[0] !== format) throw refused();
  return ((sealed[versionAt] ?? 0) << 8) | (sealed[versionAt + 1] ?? 0);
}

/** @throws HospitalError `sealed-value-refused` */
export function openValue({ owner, key }: DataKey, place: Place, sealed: Uint8Array): Bytes {
  if (sealed.length < sealedOverhead || sealed[0] !== format) throw refused();
  const end = sealed.length - tagLength;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(nonceAt, bodyAt), { authTagLength: tagLength });
  decipher.setAAD(additionalData(owner, place));
  decipher.setAuthTag(sealed.subarray(end));
  try {
    const value = decipher.update(sealed.subarray(bodyAt, end));
    decipher.final();
    return new Uint8Array(value);
  } catch (cause) {
    throw refused(cause);
  }
}

/** JSON, since in it no two lists of numbers and texts look the same. */
function additionalData(owner: Owner, place: Place): Buffer {
  return Buffer.from(JSON.stringify([format, owner, place]));
}

function refused(cause?: unknown): HospitalError {
  return new HospitalError('sealed-value-refused', 'expected a value that was sealed for the place it stands in', {
    cause,
  });
}
