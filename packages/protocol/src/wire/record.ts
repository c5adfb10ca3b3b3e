// Fields put together: an object as an array of its fields in the order of their definition, one of several such
// objects behind the text of its type, and a whole message with its limit.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { CborReader } from './cbor/reader.ts';
import { type CborWriter, writtenCbor } from './cbor/writer.ts';
import { type Field, malformed } from './field.ts';

interface OptionalField<T> extends Field<T | undefined> {
  readonly optional: true;
}

/** A field that may be absent; it travels as null, so that each message has one form only. */
export function optional<T>(field: Field<T>): OptionalField<T> {
  return {
    optional: true,
    write: (writer, value) => (value === undefined ? writer.null() : field.write(writer, value)),
    read: (reader) => (reader.null() ? undefined : field.read(reader)),
  };
}

type Fields<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? OptionalField<T[K]> : Field<T[K]>;
};

export function record<T extends object>(what: string, fields: Fields<T>): Field<T> {
  const { count, write, read } = members<T>(fields);
  return {
    write(writer, value) {
      writer.array(count);
      write(writer, value);
    },
    read(reader) {
      if (reader.array() !== count) throw malformed(`${what} of ${count} fields`);
      return read(reader, {});
    },
  };
}

type Tagged = { readonly type: string };
type Variants<U extends Tagged> = {
  readonly [K in U['type']]: Fields<Omit<Extract<U, { readonly type: K }>, 'type'>>;
};

/** One of several records, told apart by the text `type` in front. */
export function union<U extends Tagged>(what: string, variants: Variants<U>): Field<U> {
  const byType = new Map<string, Members<U>>();
  for (const [type, fields] of Object.entries(variants)) byType.set(type, members<U>(fields as Fields<U>));
  const variant = (type: string): Members<U> => {
    const found = byType.get(type);
    if (found === undefined) throw malformed(`${what} among ${[...byType.keys()].join(', ')}`);
    return found;
  };
  return {
    write(writer, value) {
      const { count, write } = variant(value.type);
      writer.array(1 + count);
      writer.text(value.type);
      write(writer, value);
    },
    read(reader) {
      const length = reader.array();
      const type = reader.text();
      const { count, read } = variant(type);
      if (length !== 1 + count) throw malformed(`${what} of ${count} fields`);
      return read(reader, { type });
    },
  };
}

interface Members<T> {
  readonly count: number;
  write(writer: CborWriter, value: T): void;
  read(reader: CborReader, result: { [name: string]: unknown }): T;
}

function members<T extends object>(fields: Fields<T>): Members<T> {
  const entries = Object.entries(fields).map(([name, field]) => ({ name, field: field as Field<unknown> }));
  return {
    count: entries.length,
    write(writer, value) {
      const values = value as Readonly<Record<string, unknown>>;
      for (const { name, field } of entries) field.write(writer, values[name]);
    },
    read(reader, result) {
      for (const { name, field } of entries) {
        const value = field.read(reader);
        if (value !== undefined) result[name] = value;
      }
      // Each member of T was read by its own field: the compiler cannot follow that through the loop.
      return result as T;
    },
  };
}

export interface Codec<T> {
  encode(value: T): Bytes;
  decode(bytes: Bytes): T;
}

/** A whole message, with one limit on its length both ways. */
export function codec<T>(field: Field<T>, maxBytes: number): Codec<T> {
  return {
    encode(value) {
      const encoded = writtenCbor((writer) => field.write(writer, value));
      if (encoded.length > maxBytes) throw new ProtocolError('message-too-large', `expected at most ${maxBytes} bytes`);
      return encoded;
    },
    decode(encoded) {
      const reader = new CborReader(encoded, { maxBytes });
      const value = field.read(reader);
      reader.end();
      return value;
    },
  };
}
