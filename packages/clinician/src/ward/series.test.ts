import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Series, usualInterval } from './series.ts';

function seriesOf(...samples: [at: number, value: number | null][]): Series {
  const series = new Series();
  for (const [at, value] of samples) series.add({ at, value });
  return series;
}

test('late readings find their place and a time is kept once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 })), (times) => {
      const series = new Series();
      for (const at of times) series.add({ at, value: at });
      expect(series.samples.map((sample) => sample.at)).toEqual([...new Set(times)].sort((a, b) => a - b));
    }),
    { seed: 3 },
  );
});

test('one missed sample already breaks the line', () => {
  const series = seriesOf([0, 70], [60, 71], [120, 72], [240, 73], [300, 74]);
  expect(series.columns(0, 1000)).toEqual({
    times: [0, 60, 120, 180, 240, 300],
    values: [70, 71, 72, null, 73, 74],
  });
});

test('an answer that is no number is a gap of its own', () => {
  const series = seriesOf([0, 70], [60, null], [120, 72]);
  expect(series.columns(0, 1000).values).toEqual([70, null, 72]);
  expect(series.lastKnown).toEqual({ at: 120, value: 72 });
});

test('an irregular second is no gap', () => {
  const series = seriesOf([0, 70], [60, 70], [121, 70], [179, 70], [240, 70]);
  expect(series.columns(0, 1000).values).not.toContain(null);
});

test('a window starts with the sample before it, so that the line enters from the left', () => {
  const series = seriesOf([0, 1], [60, 2], [120, 3]);
  expect(series.columns(70, 119).times).toEqual([60]);
});

test('a single sample has no usual interval', () => {
  expect(usualInterval(seriesOf([5, 1]).samples)).toBe(Number.POSITIVE_INFINITY);
});
