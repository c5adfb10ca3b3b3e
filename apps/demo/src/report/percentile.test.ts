import { expect, test } from 'vitest';
import { percentiles } from './percentile.ts';

test('nothing measured has no percentile', () => {
  expect(percentiles([])).toEqual({ p50: null, p99: null });
});

test('percentiles are of the nearest rank, whatever the order', () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(percentiles(samples)).toEqual({ p50: 50, p99: 99 });
});

test('one sample is each of its percentiles', () => {
  expect(percentiles([12.34])).toEqual({ p50: 12.3, p99: 12.3 });
});
