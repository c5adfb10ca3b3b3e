import { describe, expect, test } from 'vitest';
import { scoreNews2 } from '../news2/score.ts';
import { inspect, isPlausible } from './plausible.ts';
import type { Vital } from './vital.ts';
import { vitalBit, vitals } from './vital.ts';

const never = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  -0.1,
  999,
  2047,
  2046,
  8388607,
  65535,
];

describe.each(vitals)('%s', (vital) => {
  test.each(never)('%d cannot be true and is missing', (value) => {
    expect(isPlausible(vital, value)).toBe(false);
    expect(inspect({ [vital]: value })).toMatchObject({ present: 0, implausible: vitalBit[vital] });
    expect(scoreNews2({ [vital]: value }, { scale: 1 })).toMatchObject({ total: 0, known: 0, risk: 'unknown' });
  });

  test('what was not given is absent, not implausible', () => {
    expect(inspect({})).toMatchObject({ present: 0, implausible: 0 });
    expect(inspect({ [vital]: undefined })).toMatchObject({ present: 0, implausible: 0 });
  });
});

test.each(['respiration', 'spo2', 'systolic', 'diastolic', 'pulse', 'temperature'] as const)(
  'the zero of a %s probe that fell off is missing',
  (vital) => {
    expect(isPlausible(vital, 0)).toBe(false);
    expect(isPlausible(vital, -0)).toBe(false);
  },
);

test.each([
  ['oxygen', 0.5],
  ['oxygen', 2],
  ['consciousness', 1.5],
  ['consciousness', 5],
] as const)('%s %d is no code', (vital, value) => {
  expect(isPlausible(vital, value)).toBe(false);
});

test('a text in the place of a number is missing', () => {
  const values = JSON.parse('{"pulse":"72","spo2":null}') as Record<Vital, number>;
  expect(inspect(values)).toMatchObject({ present: 0, implausible: vitalBit.pulse });
});

test.each([
  ['pulse', 250, 3],
  ['pulse', 12, 3],
  ['respiration', 1, 3],
  ['respiration', 110, 3],
  ['systolic', 21, 3],
  ['systolic', 299, 3],
  ['temperature', 24, 3],
  ['temperature', 43, 2],
  ['spo2', 20, 3],
] as const)('frightening but possible: %s %d is scored', (vital, value, points) => {
  expect(scoreNews2({ [vital]: value }, { scale: 1 }).parts[vital]).toBe(points);
});
