import fc from 'fast-check';
import { expect, test } from 'vitest';
import { usualBackoff, waitBefore } from './backoff.ts';

test('the wait doubles, and never exceeds its cap', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => waitBefore(attempt, usualBackoff, 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 15_000, 15_000,
  ]);
});

test('at least half of the wait is kept, however chance falls', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, chance) => {
        const wait = waitBefore(attempt, usualBackoff, chance);
        return wait >= usualBackoff.firstMs / 2 && wait <= usualBackoff.longestMs;
      },
    ),
    { seed: 17 },
  );
});
