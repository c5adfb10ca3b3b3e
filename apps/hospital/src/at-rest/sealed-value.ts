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

/** Of the value that is being sealed: a view of each value's own bytes would cost more than it copies. */
const nonce = Buffer.alloc(nonceLength);

export function sealValue({ owner, version, key }: DataKey, place: Place, value: Uint8Array): Bytes {
  // From Node's pool and not zeroed: every byte of it is written, and this is done for each reading.
  const sealed = Buffer.allocUnsafe(sealedOverhead + value.length);
  sealed[0] = format;
  sealed[versionAt] = version >> 8;
  sealed[versionAt + 1] = version & 0xff;
  writeNonce(sealed, nonceAt, nonce);
  const cipher = createCipheriv(algorithm, key, nonce);
  cipher.setAAD(additionalData(owner, place));
  sealed.set(cipher.update(value), bodyAt);
  cipher.final();
  sealed.set(cipher.getAuthTag(), sealed.length - tagLength);
  return sealed;
}

/** Whether it has the form of one: nothing else that the store keeps begins like it. */
export function isSealedValue(bytes: Uint8Array): boolean {
  return bytes[0] === format;
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

/** Where numbers alone name the row: JSON of the rest by table and column, and room behind it for the numbers. */
const heads = new Map<string, Map<string, Head>>();

interface Head {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly length: number;
}

const mostNumbers = 8;
const numberLength = 8;

/**
 * JSON, since in it no two lists of numbers and texts look the same; what ends of itself. Where numbers alone name the row, as they do
 * each reading, they follow it as IEEE 754 doubles, which hold every whole number that JSON has and are written in no time.
 */
function additionalData(owner: Owner, place: Place): Uint8Array {
  const [table, column] = place;
  if (place.length === 2 || place.length - 1 > mostNumbers) return Buffer.from(JSON.stringify([format, owner, place]));
  const { bytes, view, length } = headOf(table, column);
  view.setFloat64(length, owner);
  let at = length;
  for (let index = 2; index < place.length; index++) {
    const part = place[index];
    if (typeof part !== 'number') return Buffer.from(JSON.stringify([format, owner, place]));
    at += numberLength;
    view.setFloat64(at, part);
  }
  return bytes.subarray(0, at + numberLength);
}

function headOf(table: string, column: string): Head {
  const columns = heads.get(table) ?? new Map<string, Head>();
  const known = columns.get(column);
  if (known !== undefined) return known;
  const json = Buffer.from(JSON.stringify([format, [table, column]]));
  const bytes = Buffer.concat([json, Buffer.alloc(mostNumbers * numberLength)]);
  const head = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), length: json.length };
  heads.set(table, columns.set(column, head));
  return head;
}

function refused(cause?: unknown): HospitalError {
  return new HospitalError('sealed-value-refused', 'expected a value that was sealed for the place it stands in', {
    cause,
  });
}
