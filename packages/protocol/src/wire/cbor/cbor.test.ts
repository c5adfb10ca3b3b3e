import { decode as cborgDecode, encode as cborgEncode, rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, bytesToHex, hexToBytes } from '../../bytes.ts';
import { ProtocolError } from '../../errors.ts';
import { cborValue, octets } from './arbitrary.fixture.ts';
import { decodeCbor, decodeCborSequence } from './decode.ts';
import { encodeCbor } from './encode.ts';
import type { CborValue } from './value.ts';

const runs = { seed: 20260101, numRuns: 2000 };

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return 'accepted';
}

/** An independent judge: another decoder, and its deterministic encoding must give the same bytes back. */
function oracle(bytes: Bytes): CborValue | undefined {
  try {
    const options = { useMaps: true, strict: true, allowIndefinite: false, allowUndefined: false, allowBigInt: false };
    const value: CborValue = cborgDecode(bytes, { ...options, rejectDuplicateMapKeys: true });
    const again = cborgEncode(value, rfc8949EncodeOptions);
    return bytesToHex(again) === bytesToHex(bytes) && isOfOurPart(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOfOurPart(value: CborValue): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every(isOfOurPart);
  if (!(value instanceof Map)) return true;
  const keys = [...value.keys()].every((key) => typeof key === 'string' || Number.isSafeInteger(key));
  return keys && [...value.values()].every(isOfOurPart);
}

describe('what is not the one encoding of a value', () => {
  it.each([
    ['nothing', '', 'cbor-malformed'],
    ['a cut integer', '19ff', 'cbor-malformed'],
    ['a cut text', '6261', 'cbor-malformed'],
    ['an array that claims more than there is', '9affffffff', 'cbor-malformed'],
    ['a map that claims more than there is', 'bb0000ffffffffffff', 'cbor-malformed'],
    ['a reserved head', '1c', 'cbor-malformed'],
    ['a break alone', 'ff', 'cbor-malformed'],
    ['an integer in a longer head', '1800', 'cbor-not-deterministic'],
    ['an integer in a head of two bytes', '190017', 'cbor-not-deterministic'],
    ['an integer in a head of eight bytes', '1b00000000ffffffff', 'cbor-not-deterministic'],
    ['a length in a longer head', '580141', 'cbor-not-deterministic'],
    ['an indefinite array', '9f01ff', 'cbor-not-deterministic'],
    ['an indefinite text', '7f6161ff', 'cbor-not-deterministic'],
    ['unsorted keys', 'a202010100', 'cbor-not-deterministic'],
    ['keys in the order of RFC 7049', 'a2613100190100f6', 'cbor-not-deterministic'],
    ['a key twice', 'a201000100', 'cbor-duplicate-key'],
    ['a text key twice', 'a2616100616100', 'cbor-duplicate-key'],
    ['a byte string as key', 'a1410000', 'cbor-unsupported'],
    ['null as key', 'a1f600', 'cbor-unsupported'],
    ['overlong UTF-8', '62c080', 'cbor-bad-utf8'],
    ['a surrogate in UTF-8', '63eda080', 'cbor-bad-utf8'],
    ['a cut character', '61c3', 'cbor-bad-utf8'],
    ['bad UTF-8 as key', 'a161ff00', 'cbor-bad-utf8'],
    ['a byte behind the item', '0000', 'cbor-trailing-bytes'],
    ['a tag', 'c000', 'cbor-unsupported'],
    ['undefined', 'f7', 'cbor-unsupported'],
    ['a float of two bytes', 'f93c00', 'cbor-unsupported'],
    ['a simple value', 'e0', 'cbor-unsupported'],
    ['2^53', '1b0020000000000000', 'cbor-unsupported'],
    ['-2^53', '3b001fffffffffffff', 'cbor-unsupported'],
  ])('%s is refused', (_, hex, code) => {
    expect(codeOf(() => decodeCbor(hexToBytes(hex)))).toBe(code);
  });

  it('the safe integers at both ends are accepted', () => {
    expect(decodeCbor(hexToBytes('1b001fffffffffffff'))).toBe(Number.MAX_SAFE_INTEGER);
    expect(decodeCbor(hexToBytes('3b001ffffffffffffe'))).toBe(Number.MIN_SAFE_INTEGER);
  });

  it('eight levels are accepted, nine are refused, and a bomb of them costs nothing', () => {
    const nested = (levels: number): Bytes => new Uint8Array(levels + 1).fill(0x81, 0, levels);
    expect(codeOf(() => decodeCbor(nested(8)))).toBe('accepted');
    expect(codeOf(() => decodeCbor(nested(9)))).toBe('cbor-too-deep');
    expect(codeOf(() => decodeCbor(nested(500_000)))).toBe('cbor-too-deep');
    expect(codeOf(() => decodeCbor(hexToBytes('a100a100a0'), { maxDepth: 3 }))).toBe('accepted');
    expect(codeOf(() => decodeCbor(hexToBytes('a100a100a0'), { maxDepth: 2 }))).toBe('cbor-too-deep');
  });

  it('an input over the limit is refused before it is read', () => {
    expect(codeOf(() => decodeCbor(new Uint8Array(11), { maxBytes: 10 }))).toBe('message-too-large');
  });

  it('a number that is no safe integer and a lone surrogate are not encoded', () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(codeOf(() => encodeCbor(value))).toBe('cbor-unsupported');
    }
    expect(codeOf(() => encodeCbor('\ud800'))).toBe('cbor-bad-utf8');
    expect(bytesToHex(encodeCbor(-0))).toBe('00');
  });
});

describe('for any value', () => {
  it('encoding is that of another implementation, and decoding gives the value back', () => {
    fc.assert(
      fc.property(cborValue, (value) => {
        const encoded = encodeCbor(value);
        expect(bytesToHex(encoded)).toBe(bytesToHex(cborgEncode(value, rfc8949EncodeOptions)));
        expect(decodeCbor(encoded)).toEqual(value);
      }),
      runs,
    );
  });

  it('a sequence is its items one after the other', () => {
    fc.assert(
      fc.property(fc.array(cborValue, { maxLength: 5 }), (values) => {
        const sequence = Uint8Array.from(values.flatMap((value) => [...encodeCbor(value)]));
        expect(decodeCborSequence(sequence)).toEqual(values);
      }),
      { ...runs, numRuns: 300 },
    );
  });

  it('decoded byte strings are copies, also from a view or a Buffer', () => {
    const message = Uint8Array.of(9, 9, 0x42, 1, 2, 9);
    const decoded = decodeCbor(message.subarray(2, 5));
    message.fill(0);
    expect(decoded).toEqual(Uint8Array.of(1, 2));
  });
});

describe('for any bytes', () => {
  const mutated = fc
    .tuple(cborValue, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => {
      const bytes = encodeCbor(value);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return bytes;
    });

  it('they are refused with a code, or are the one encoding of the value that the oracle sees too', () => {
    fc.assert(
      fc.property(fc.oneof(octets(0, 40), mutated), (bytes) => {
        const expected = oracle(bytes);
        const code = codeOf(() => decodeCbor(bytes, { maxDepth: 100 }));
        if (code !== 'accepted') {
          expect(expected).toBeUndefined();
          return;
        }
        const value = decodeCbor(bytes, { maxDepth: 100 });
        expect(value).toEqual(expected);
        expect(encodeCbor(value)).toEqual(bytes);
      }),
      { ...runs, numRuns: 20_000 },
    );
  });
});
