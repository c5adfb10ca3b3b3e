// How the values of administration data are written and read: every object once, in any order, none that is unknown.

import { toHex, unsigned } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';
import { decodeTlvs, encodeTlv } from '../tlv/index.ts';

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const derSequence = 0x30;

export function malformed(expected: string): UiccError {
  return new UiccError('administration-malformed', expected);
}

/** Data objects by tag. @throws UiccError `administration-malformed` for a tag that is not known, or comes twice */
export function fieldsOf(bytes: Bytes, known: readonly number[]): ReadonlyMap<number, Bytes> {
  const fields = new Map<number, Bytes>();
  for (const { tag, value } of objectsOf(bytes)) {
    if (!known.includes(tag) || fields.has(tag)) throw malformed('expected each known data object once');
    fields.set(tag, value);
  }
  return fields;
}

export function objectsOf(bytes: Bytes): { readonly tag: number; readonly value: Bytes }[] {
  try {
    return decodeTlvs(bytes);
  } catch (cause) {
    throw new UiccError('administration-malformed', 'expected data objects', { cause });
  }
}

export function field(fields: ReadonlyMap<number, Bytes>, tag: number): Bytes {
  const value = fields.get(tag);
  if (!value) throw malformed(`expected a data object with tag ${tag.toString(16)}`);
  return value;
}

export function textBytes(text: string): Uint8Array {
  return utf8.encode(text);
}

/** @throws UiccError `administration-malformed` for what is not UTF-8, or too long */
export function textField(value: Bytes, maxLength: number): string {
  try {
    if (value.length > maxLength) throw malformed('expected a shorter text');
    return strictUtf8.decode(value);
  } catch (cause) {
    throw new UiccError('administration-malformed', 'expected a text', { cause });
  }
}

export function numberField(value: Bytes, length: number): number {
  if (value.length !== length || (length > 6 && unsigned(value) > Number.MAX_SAFE_INTEGER)) {
    throw malformed(`expected a number of ${length} octets`);
  }
  return unsigned(value);
}

export function hexField(value: Bytes, length: number): string {
  if (value.length !== length) throw malformed(`expected ${length} octets`);
  return toHex(value);
}

/** DER certificates and lists are data objects themselves: one stands behind the other. */
export function derObjects(value: Bytes, max: number): Bytes[] {
  const objects = objectsOf(value);
  if (objects.length > max || objects.some(({ tag }) => tag !== derSequence)) throw malformed('expected DER sequences');
  return objects.map((object) => encodeTlv(derSequence, object.value));
}
