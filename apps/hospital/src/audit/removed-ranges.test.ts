import fc from 'fast-check';
import { expect, test } from 'vitest';
import { removedRanges } from './removed-ranges.ts';

test('a reading went when one of the ranges of its stream has it, in whichever order they stand', () => {
  const range = fc.tuple(fc.nat(3), fc.nat(60), fc.nat(5)).map(([stream, from, more]) => [stream, from, from + more]);
  fc.assert(
    fc.property(fc.array(range, { maxLength: 40 }), fc.nat(3), fc.nat(70), (streams, stream, sequence) => {
      const entry = { index: 0, previous: '', at: 0, kind: 'readings-removed', actor: 'vitalseal', what: { streams } };
      const isGone = streams.some(([of, from = 0, to = 0]) => of === stream && sequence >= from && sequence <= to);
      expect(removedRanges([entry]).has(stream, sequence)).toBe(isGone);
    }),
    { seed: 4, numRuns: 500 },
  );
});
