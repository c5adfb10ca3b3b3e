// Values of the store are CBOR arrays in the protocol's own strict encoding; what does not fit its shape was not
// written by this program.

import { type Bytes, type CborValue, decodeCbor } from '@vitalseal/protocol';
import { SecureElementError } from '../errors.ts';

const maxStoredBytes = 1 << 20;

/** @throws SecureElementError `storage-malformed` */
export function storedFields(value: Bytes, count: number): CborValue[] {
  const decoded = decodeStored(value);
  if (!Array.isArray(decoded) || decoded.length !== count) throw malformed();
  return decoded;
}

export function storedInteger(value: CborValue | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw malformed();
  return value;
}

export function storedText(value: CborValue | undefined): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

export function storedBytes(value: CborValue | undefined): Bytes {
  if (!(value instanceof Uint8Array)) throw malformed();
  return value;
}

export function storedList(value: CborValue | undefined): CborValue[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

function decodeStored(value: Bytes): CborValue {
  try {
    return decodeCbor(value, { maxBytes: maxStoredBytes });
  } catch (cause) {
    throw new SecureElementError('storage-malformed', 'expected a value in the form this element stores', { cause });
  }
}

function malformed(): SecureElementError {
  return new SecureElementError('storage-malformed', 'expected a value in the form this element stores');
}
