// A field of a message: how one value is written to CBOR and read back, stated once so that both ways agree. Reading
// accepts exactly what writing makes: an absent value is null, a record is an array in the order of its definition.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import type { CborReader } from './cbor/reader.ts';
import type { CborWriter } from './cbor/writer.ts';

export interface Field<T> {
  /** @throws ProtocolError if the value is outside the field's range */
  write(writer: CborWriter, value: T): void;
  /** @throws ProtocolError if the wire holds anything that `write` does not make */
  read(reader: CborReader): T;
}

export function malformed(expected: string): ProtocolError {
  return new ProtocolError('message-malformed', `expected ${expected}`);
}

/** Whole numbers from `least` to `most`. */
export function integer(what: string, least: number, most: number): Field<number> {
  const check = (value: number): number => {
    if (value < least || value > most) throw malformed(`${what} from ${least} to ${most}`);
    return value;
  };
  return { write: (writer, value) => writer.integer(check(value)), read: (reader) => check(reader.integer()) };
}

/** At most `most` UTF-16 units. */
export function text(what: string, most: number): Field<string> {
  const check = (value: string): string => {
    if (value.length > most) throw malformed(`${what} as a text of at most ${most}`);
    return value;
  };
  return { write: (writer, value) => writer.text(check(value)), read: (reader) => check(reader.text()) };
}

export function bytes(what: string, least: number, most: number): Field<Bytes> {
  const check = (value: Bytes): Bytes => {
    if (value.length < least || value.length > most) throw malformed(`${what} of ${least} to ${most} bytes`);
    return value;
  };
  return { write: (writer, value) => writer.byteString(check(value)), read: (reader) => check(reader.byteString()) };
}

export const boolean: Field<boolean> = {
  write: (writer, value) => writer.boolean(value),
  read: (reader) => reader.boolean(),
};

/** One of a few words. */
export function oneOf<T extends string>(what: string, all: readonly T[]): Field<T> {
  const check = (value: string): T => {
    const found = all.find((one) => one === value);
    if (found === undefined) throw malformed(`${what} among ${all.join(', ')}`);
    return found;
  };
  return { write: (writer, value) => writer.text(check(value)), read: (reader) => check(reader.text()) };
}

/** One of a few numbers. */
export function oneNumberOf<T extends number>(what: string, all: readonly T[]): Field<T> {
  const check = (value: number): T => {
    const found = all.find((one) => one === value);
    if (found === undefined) throw malformed(`${what} among ${all.join(', ')}`);
    return found;
  };
  return { write: (writer, value) => writer.integer(check(value)), read: (reader) => check(reader.integer()) };
}

export function list<T>(what: string, field: Field<T>, least: number, most: number): Field<readonly T[]> {
  const check = (length: number): number => {
    if (length < least || length > most) throw malformed(`${what}: ${least} to ${most} items`);
    return length;
  };
  return {
    write(writer, values) {
      writer.array(check(values.length));
      for (const value of values) field.write(writer, value);
    },
    read(reader) {
      const length = check(reader.array());
      const values: T[] = [];
      for (let i = 0; i < length; i++) values.push(field.read(reader));
      return values;
    },
  };
}

/** A value that may be known to be missing. */
export function nullable<T>(field: Field<T>): Field<T | null> {
  return {
    write: (writer, value) => (value === null ? writer.null() : field.write(writer, value)),
    read: (reader) => (reader.null() ? null : field.read(reader)),
  };
}
