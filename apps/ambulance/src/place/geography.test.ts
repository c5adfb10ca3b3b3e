import { expect, test } from 'vitest';
import { coordinates, geoUri, metresPerDegreeOfLongitude, multiples, roundStep } from './geography.ts';

test('a degree of longitude shrinks with the latitude', () => {
  expect(metresPerDegreeOfLongitude(0)).toBeCloseTo(111_320);
  expect(metresPerDegreeOfLongitude(60)).toBeCloseTo(55_660);
  expect(metresPerDegreeOfLongitude(90)).toBeGreaterThan(0);
});

test('a geo link carries the accuracy, as RFC 5870 has it', () => {
  expect(geoUri({ latitude: 59.334591, longitude: -18.06324, accuracyMetres: 24.4 })).toBe(
    'geo:59.334591,-18.063240;u=24',
  );
  expect(coordinates({ latitude: 59.334591, longitude: -18.06324 })).toBe('59.33459, -18.06324');
});

test.each([
  [0.0007, 0.001],
  [0.001, 0.001],
  [0.0011, 0.002],
  [3, 5],
  [60, 100],
])('the round step for %d is %d', (least, step) => {
  expect(roundStep(least)).toBeCloseTo(step, 10);
});

test('the lines of a grid are the multiples within the view', () => {
  expect(multiples(0.1, 2.1, 1)).toEqual([1, 2]);
  expect(multiples(0.2, 0.8, 1)).toEqual([]);
});
