import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex } from '../bytes.ts';
import { takesExtendedLengths } from './card-capabilities.ts';

test('extended lengths are taken by a card that says so, and by no other', () => {
  // T=1, services and capabilities as our card has them; the same without the bit; no historical bytes; T=0 and TA1.
  expect(takesExtendedLengths(fromHex('3b87018031c073c001db26'))).toBe(true);
  expect(takesExtendedLengths(fromHex('3b87018031c073c0019b66'))).toBe(false);
  expect(takesExtendedLengths(fromHex('3b800181'))).toBe(false);
  expect(takesExtendedLengths(fromHex('3b179480' + '31c073c001d3'))).toBe(true);
});

test('an answer to reset of any bytes is read to its end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 33 }), (bytes) => {
      expect([true, false]).toContain(takesExtendedLengths(new Uint8Array(bytes)));
    }),
    { seed: 2 },
  );
});
