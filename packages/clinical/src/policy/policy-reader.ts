// Reading JSON that others wrote, field by field: each wrong field is refused with its path and what was expected.

import { PolicyError } from '../errors.ts';

export type JsonObject = { readonly [key: string]: unknown };

export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly integer?: boolean;
}

export function pathTo(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** An object with no keys but these. */
export function readObject(json: unknown, path: string, keys: readonly string[]): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new PolicyError('policy-type', path, 'expected an object');
  }
  for (const key of Object.keys(json)) {
    if (!keys.includes(key)) {
      const shown = key.length > 40 ? `${key.slice(0, 40)}…` : key;
      throw new PolicyError(
        'policy-unknown-key',
        pathTo(path, shown),
        `no such key here; expected one of ${keys.join(', ')}`,
      );
    }
  }
  return json as JsonObject;
}

/** The field's own value: a key inherited from a prototype is not in the policy. */
export function field(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function readArray(json: unknown, path: string, least: 0 | 1, most: number): readonly unknown[] {
  if (!Array.isArray(json)) throw new PolicyError('policy-type', path, 'expected an array');
  if (json.length < least) throw new PolicyError('policy-unevaluable', path, 'expected at least one entry');
  if (json.length > most) throw new PolicyError('policy-out-of-range', path, `expected at most ${most} entries`);
  return json;
}

function required(path: string): never {
  throw new PolicyError('policy-missing', path, 'expected a value');
}

/** A number in range; `fallback` when the field is absent. */
export function readNumber(json: unknown, path: string, range: NumberRange, fallback?: number): number {
  if (json === undefined) return fallback ?? required(path);
  if (typeof json !== 'number' || !Number.isFinite(json)) {
    throw new PolicyError('policy-type', path, 'expected a finite number');
  }
  if (range.integer === true && !Number.isInteger(json)) {
    throw new PolicyError('policy-type', path, 'expected a whole number');
  }
  if (json < range.least || json > range.most) {
    throw new PolicyError('policy-out-of-range', path, `expected ${range.least} to ${range.most}`);
  }
  return json;
}

export function readBoolean(json: unknown, path: string, fallback: boolean): boolean {
  if (json === undefined) return fallback;
  if (typeof json !== 'boolean') throw new PolicyError('policy-type', path, 'expected true or false');
  return json;
}

/** One of the given words or numbers. */
export function readChoice<T extends string | number>(
  json: unknown,
  path: string,
  choices: readonly T[],
  fallback?: T,
): T {
  if (json === undefined) return fallback ?? required(path);
  const choice = choices.find((each) => each === json);
  if (choice === undefined) {
    throw new PolicyError('policy-type', path, `expected one of ${choices.join(', ')}`);
  }
  return choice;
}
