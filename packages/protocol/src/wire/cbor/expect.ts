// From a decoded CBOR value to a field of a message: each reads one value of one kind or refuses the message.

import type { Bytes } from '../../bytes.ts';
import { ProtocolError } from '../../errors.ts';
import type { CborValue } from './value.ts';

function malformed(what: string): never {
  throw new ProtocolError('message-malformed', `expected ${what}`);
}

/** @throws ProtocolError `message-malformed`, as all of this file */
export function expectArray(value: CborValue | undefined, length: number, what: string): CborValue[] {
  if (!Array.isArray(value) || value.length !== length) malformed(`${what} as an array of ${length}`);
  return value;
}

export function expectList(value: CborValue | undefined, maximum: number, what: string): CborValue[] {
  if (!Array.isArray(value) || value.length > maximum) malformed(`${what} as an array of at most ${maximum}`);
  return value;
}

export function expectInteger(value: CborValue | undefined, least: number, most: number, what: string): number {
  if (typeof value !== 'number' || value < least || value > most) malformed(`${what} from ${least} to ${most}`);
  return value;
}

export function expectText(value: CborValue | undefined, maximum: number, what: string): string {
  if (typeof value !== 'string' || value.length > maximum) malformed(`${what} as a text of at most ${maximum}`);
  return value;
}

export function expectBytes(value: CborValue | undefined, length: number, what: string): Bytes {
  if (!(value instanceof Uint8Array) || value.length !== length) malformed(`${what} of ${length} bytes`);
  return value;
}

export function expectBlob(value: CborValue | undefined, maximum: number, what: string): Bytes {
  if (!(value instanceof Uint8Array) || value.length > maximum) malformed(`${what} of at most ${maximum} bytes`);
  return value;
}

export function expectOneOf<T extends string>(value: CborValue | undefined, all: readonly T[], what: string): T {
  return all.find((one) => one === value) ?? malformed(`${what} among ${all.join(', ')}`);
}

/** A field that may be absent travels as null, so that each message has one form only. */
export function orNull<T>(value: CborValue | undefined, read: (value: CborValue) => T): T | undefined {
  return value === null || value === undefined ? undefined : read(value);
}
