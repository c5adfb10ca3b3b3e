// The part of CBOR (RFC 8949) that the protocol speaks: integers, strings, arrays, maps, booleans and null. Tags,
// floats, undefined and other simple values are refused both ways: nothing here needs them, and a float has forms
// enough to hide a second meaning in.

import type { Bytes } from '../../bytes.ts';

export type CborKey = number | string;

/** Numbers are safe integers. */
export type CborValue = number | string | boolean | null | Bytes | CborValue[] | Map<CborKey, CborValue>;

export interface CborLimits {
  /** The longest input, in bytes. */
  readonly maxBytes?: number;
  /** The deepest nesting of arrays and maps. */
  readonly maxDepth?: number;
}

export const defaultMaxBytes = 1 << 20;
export const defaultMaxDepth = 8;
