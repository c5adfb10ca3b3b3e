import { scoreNews2 } from '@vitalseal/clinical';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeInWords, valueInWords } from './vital-names.ts';

const measured = {
  respiration: [1, 60],
  spo2: [50, 100],
  systolic: [40, 260],
  pulse: [20, 220],
  temperature: [30, 43],
} as const;

type Measured = keyof typeof measured;
const vitals = Object.keys(measured) as Measured[];
const cases = vitals.flatMap((vital) => ([1, 2] as const).map((scale) => [vital, scale] as const));

test.each(cases)('%s as it is shown has the points of what was measured, on scale %d', (vital, scale) => {
  const [least, most] = measured[vital];
  // Twentieths: the halves between two figures are among them.
  fc.assert(
    fc.property(fc.integer({ min: least * 20, max: most * 20 }), fc.constantFrom(0, 1), (twentieths, oxygen) => {
      const value = twentieths / 20;
      const shown = Number(valueInWords(vital, value, scale));
      const points = (of: number) => scoreNews2({ oxygen, [vital]: of }, { scale }).parts[vital];
      return points(shown) === points(value);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test('states are words', () => {
  expect([0, 1].map((value) => valueInWords('oxygen', value))).toEqual(['Air', 'Oxygen']);
  expect([0, 4].map((value) => valueInWords('consciousness', value))).toEqual(['Alert', 'Unresponsive']);
});

test('a time of another day carries its day', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  expect(timeInWords(now - 3_600_000, now)).toMatch(/^\d\d:\d\d$/);
  expect(timeInWords(now - 48 * 3_600_000, now)).toMatch(/Nov/);
});
