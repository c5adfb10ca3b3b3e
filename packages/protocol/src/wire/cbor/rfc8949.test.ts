// RFC 8949, appendix A: what the protocol's part of CBOR is decoded to its value and encoded to the same bytes, and the
// rest is refused with the reason.

import { describe, expect, it } from 'vitest';
import appendixA from '../../../../../tests/vectors/cbor/appendix_a.json' with { type: 'json' };
import { bytesToHex, hexToBytes } from '../../bytes.ts';
import { decodeCbor } from './decode.ts';
import { encodeCbor } from './encode.ts';
import type { CborKey, CborValue } from './value.ts';

const indefinite = /^(?:5f|7f|9f|bf|83018202039f|83019f|826161bf)/;
const beyondOurPart = /^(?:1bf|3bf|c|d|f7|f0|f8|f9|fa|fb)/;

/** The example's value in JSON, with objects as maps. */
function asCbor(value: unknown): CborValue {
  if (Array.isArray(value)) return value.map(asCbor);
  if (typeof value !== 'object' || value === null) return value as CborValue;
  return new Map(Object.entries(value).map(([key, item]): [CborKey, CborValue] => [key, asCbor(item)]));
}

/** What JSON cannot say. */
const diagnostic = new Map<string, CborValue>([
  ["h''", new Uint8Array(0)],
  ["h'01020304'", Uint8Array.of(1, 2, 3, 4)],
  [
    '{1: 2, 3: 4}',
    new Map([
      [1, 2],
      [3, 4],
    ]),
  ],
]);

describe('RFC 8949 appendix A', () => {
  it.each(appendixA.filter(({ hex }) => indefinite.test(hex)))('$hex has an indefinite length', ({ hex }) => {
    expect(() => decodeCbor(hexToBytes(hex))).toThrow(expect.objectContaining({ code: 'cbor-not-deterministic' }));
  });

  it.each(appendixA.filter(({ hex }) => beyondOurPart.test(hex)))('$hex is beyond our part of CBOR', ({ hex }) => {
    expect(() => decodeCbor(hexToBytes(hex))).toThrow(expect.objectContaining({ code: 'cbor-unsupported' }));
  });

  const ours = appendixA.filter(({ hex }) => !indefinite.test(hex) && !beyondOurPart.test(hex));

  it('has 35 examples of our part', () => {
    expect(ours).toHaveLength(35);
  });

  it.each(ours)('$hex is decoded and encoded again', (example) => {
    const value = decodeCbor(hexToBytes(example.hex));
    const known = 'decoded' in example ? asCbor(example.decoded) : diagnostic.get(example.diagnostic ?? '');
    expect(value).toEqual(known);
    expect(bytesToHex(encodeCbor(value))).toBe(example.hex);
  });
});
