import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesToHex, concatBytes, equalBytes, hexToBytes } from './bytes.ts';

const octets = fc.uint8Array({ maxLength: 40 }).map((array) => new Uint8Array(array));

it('bytes are their hexadecimal text and back', () => {
  fc.assert(
    fc.property(octets, (bytes) => {
      expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes);
      expect(hexToBytes(bytesToHex(bytes).toUpperCase())).toEqual(bytes);
    }),
    { seed: 1 },
  );
  for (const text of ['0', 'zz', '0 ', '0x00']) expect(() => hexToBytes(text)).toThrow(RangeError);
});

it('bytes put together are equal to themselves and to nothing else', () => {
  fc.assert(
    fc.property(octets, octets, (a, b) => {
      const both = concatBytes(a, b);
      expect(equalBytes(both.slice(0, a.length), a) && equalBytes(both.slice(a.length), b)).toBe(true);
      expect(equalBytes(a, b)).toBe(bytesToHex(a) === bytesToHex(b));
      expect(equalBytes(both, concatBytes(both, Uint8Array.of(0)))).toBe(false);
    }),
    { seed: 2 },
  );
});
