import { expect, test } from 'vitest';
import { ageInWords } from './age.ts';

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [9_000_000, '2 h 30 min'],
  [86_400_000, '1 d'],
  [97_200_000, '1 d 3 h'],
])('%i ms is said as %s', (ms, words) => {
  expect(ageInWords(ms)).toBe(words);
});
