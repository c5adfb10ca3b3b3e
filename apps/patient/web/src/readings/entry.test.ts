import { mdc } from '@vitalseal/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryOf } from './entry.ts';

const taken = (...entry: Parameters<typeof entryOf>) => {
  const made = entryOf(...entry);
  return made.problem ?? made.value;
};

test.each([
  ['36.8', 36.8],
  [' 36,8 ', 36.8],
  ['٣٦٫٨', 36.8],
  ['۳۷', 37],
  ['98.6', 37],
  ['101', 38.3],
])('a temperature typed as %s is %d °C', (typed, value) => {
  expect(taken('temperature', typed)).toBe(value);
});

test('a value keeps its digits on the way to the card, and Fahrenheit is said', () => {
  const entry = entryOf('temperature', '98.6');
  expect(entry).toMatchObject({
    fahrenheit: 98.6,
    unusual: false,
    measurement: { code: mdc.bodyTemperature, value: { mantissa: 37, exponent: 0 } },
  });
  expect(entryOf('temperature', '36.8')).toMatchObject({ measurement: { value: { mantissa: 368, exponent: -1 } } });
});

test.each(['', 'abc', '12a', '1.2.3', '-4', '36.8 °C', '1e2', '99999'])('"%s" is no number', (typed) => {
  expect(taken('pulse', typed)).toBe('not-number');
});

test('what cannot be true is not taken, and what is frightening but possible is, with a question', () => {
  expect(taken('pulse', '7')).toBe('impossible');
  expect(taken('spo2', '101')).toBe('impossible');
  expect(taken('temperature', '60')).toBe('impossible');
  expect(entryOf('spo2', '78')).toMatchObject({ value: 78, unusual: true });
  expect(entryOf('temperature', '34')).toMatchObject({ value: 34, unusual: true });
});

test('whatever is typed is an entry or a problem, never an error', () => {
  const whats = fc.constantFrom('temperature', 'pulse', 'spo2', 'respiration', 'systolic', 'diastolic');
  fc.assert(
    fc.property(whats, fc.string({ maxLength: 12 }), (what, typed) => {
      const entry = entryOf(what, typed);
      if (entry.problem === undefined) expect(Number.isFinite(entry.value)).toBe(true);
    }),
    { seed: 5, numRuns: 2000 },
  );
});
