// A field of a message: how one value is written to CBOR and read back, stated once so that both ways agree. Reading
// accepts exactly what writing makes: an absent value is null, a record is an array in the order of its definition.

import type { Bytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import { decodeCbor } from './cbor/decode.ts';
import { encodeCbor } from './cbor/encode.ts';
import type { CborValue } from './cbor/value.ts';

export interface Field<T> {
  /** @throws ProtocolError if the value is outside the field's range */
  write(value: T): CborValue;
  /** @throws ProtocolError if the wire holds anything that `write` does not make */
  read(wire: CborValue): T;
}

interface OptionalField<T> extends Field<T | undefined> {
  readonly optional: true;
}

type Fields<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K> ? OptionalField<T[K]> : Field<T[K]>;
};

function malformed(what: string): ProtocolError {
  return new ProtocolError('message-malformed', `expected ${what}`);
}

/** Whole numbers from `least` to `most`. */
export function integer(what: string, least: number, most: number): Field<number> {
  const check = (value: CborValue): number => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw malformed(`${what} from ${least} to ${most}`);
  };
  return { write: check, read: check };
}

/** At most `most` UTF-16 units. */
export function text(what: string, most: number): Field<string> {
  const check = (value: CborValue): string => {
    if (typeof value === 'string' && value.length <= most) return value;
    throw malformed(`${what} as a text of at most ${most}`);
  };
  return { write: check, read: check };
}

export function bytes(what: string, least: number, most: number): Field<Bytes> {
  const check = (value: CborValue): Bytes => {
    if (value instanceof Uint8Array && value.length >= least && value.length <= most) return value;
    throw malformed(`${what} of ${least} to ${most} bytes`);
  };
  return { write: check, read: check };
}

export const boolean: Field<boolean> = {
  write: (value) => value,
  read: (wire) => {
    if (typeof wire === 'boolean') return wire;
    throw malformed('true or false');
  },
};

export function oneOf<T extends string | number>(what: string, all: readonly T[]): Field<T> {
  const check = (value: CborValue): T => {
    const found = all.find((one) => one === value);
    if (found !== undefined) return found;
    throw malformed(`${what} among ${all.join(', ')}`);
  };
  return { write: check, read: check };
}

export function list<T>(what: string, field: Field<T>, least: number, most: number): Field<readonly T[]> {
  const check = (length: number): void => {
    if (length < least || length > most) throw malformed(`${what}: ${least} to ${most} items`);
  };
  return {
    write(values) {
      check(values.length);
      return values.map(field.write);
    },
    read(wire) {
      if (!Array.isArray(wire)) throw malformed(`${what} as an array`);
      check(wire.length);
      return wire.map(field.read);
    },
  };
}

export function optional<T>(field: Field<T>): OptionalField<T> {
  return {
    optional: true,
    write: (value) => (value === undefined ? null : field.write(value)),
    read: (wire) => (wire === null ? undefined : field.read(wire)),
  };
}

/** A value that is there but may be known to be missing. */
export function nullable<T>(field: Field<T>): Field<T | null> {
  return {
    write: (value) => (value === null ? null : field.write(value)),
    read: (wire) => (wire === null ? null : field.read(wire)),
  };
}

/** An object as an array of its fields, in the order of the definition. */
export function record<T extends object>(what: string, fields: Fields<T>): Field<T> {
  const { write, read } = rows<T>(what, fields);
  return { write: (value) => write(value, []), read: (wire) => read(wire, 0, {}) };
}

type Tagged = { readonly type: string };
type Variants<U extends Tagged> = {
  readonly [K in U['type']]: Fields<Omit<Extract<U, { readonly type: K }>, 'type'>>;
};

/** One of several records, told apart by the text `type` in front. */
export function union<U extends Tagged>(what: string, variants: Variants<U>): Field<U> {
  const byType = new Map<CborValue, ReturnType<typeof rows<U>>>();
  for (const [type, fields] of Object.entries(variants)) byType.set(type, rows<U>(what, fields as Fields<U>));
  const variant = (type: CborValue | undefined): ReturnType<typeof rows<U>> => {
    const found = byType.get(type ?? null);
    if (found === undefined) throw malformed(`${what} among ${[...byType.keys()].join(', ')}`);
    return found;
  };
  return {
    write: (value) => variant(value.type).write(value, [value.type]),
    read(wire) {
      const type = Array.isArray(wire) ? wire[0] : undefined;
      return variant(type).read(wire, 1, { type });
    },
  };
}

function rows<T extends object>(what: string, fields: Fields<T>) {
  const entries = Object.entries(fields) as [string, Field<unknown>][];
  return {
    write(value: T, front: CborValue[]): CborValue {
      const values = value as Readonly<Record<string, unknown>>;
      for (const [name, field] of entries) front.push(field.write(values[name]));
      return front;
    },
    read(wire: CborValue, start: number, result: { [name: string]: unknown }): T {
      if (!Array.isArray(wire) || wire.length !== start + entries.length) {
        throw malformed(`${what} of ${entries.length} fields`);
      }
      let at = start;
      for (const [name, field] of entries) {
        const value = field.read(wire[at++] ?? null);
        if (value !== undefined) result[name] = value;
      }
      // Each field of T was read by its own Field: the compiler cannot follow that through the loop.
      return result as T;
    },
  };
}

export interface Codec<T> {
  encode(value: T): Bytes;
  decode(bytes: Bytes): T;
}

/** A whole message: one field, one limit on its length both ways. */
export function codec<T>(field: Field<T>, maxBytes: number): Codec<T> {
  return {
    encode(value) {
      const encoded = encodeCbor(field.write(value));
      if (encoded.length > maxBytes) throw new ProtocolError('message-too-large', `expected at most ${maxBytes} bytes`);
      return encoded;
    },
    decode: (encoded) => field.read(decodeCbor(encoded, { maxBytes })),
  };
}
