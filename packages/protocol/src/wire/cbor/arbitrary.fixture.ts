// Any value of the protocol's part of CBOR.

import fc from 'fast-check';
import type { Bytes } from '../../bytes.ts';
import type { CborKey, CborValue } from './value.ts';

export const octets = (minLength: number, maxLength = minLength): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength, maxLength }).map((array) => new Uint8Array(array));

const whole = fc.oneof(fc.integer(), fc.maxSafeInteger()).map((n) => n + 0);
const key: fc.Arbitrary<CborKey> = fc.oneof(whole, fc.string({ unit: 'grapheme', maxLength: 12 }));

export const cborValue: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    whole,
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    octets(0, 40),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => new Map(entries)),
  ),
})).value;
