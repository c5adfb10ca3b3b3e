import { vitalMeasurement } from '@vitalseal/secure-element/measurement';
import { expect, test } from 'vitest';
import { pulseAt } from './shown-reading.fixture.ts';
import { daySteps, trendOf } from './trend.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 0, 5, 12);
const everyMinute = (from: number, to: number) =>
  Array.from({ length: (to - from) / minute }, (_, i) => pulseAt(from + i * minute, 70 + (i % 3)));

test('a gap of more than half an hour is a gap, shown and with its times, and nothing is drawn in it', () => {
  const before = everyMinute(now - 6 * hour, now - 4 * hour);
  const after = everyMinute(now - 3 * hour, now);
  const trend = trendOf([...before, ...after], 'pulse', now);
  expect(trend.gaps).toEqual([{ from: now - 4 * hour - minute, to: now - 3 * hour }]);
  const stepOf = (at: number) => trend.first[Math.floor((at - trend.from) / (10 * minute))];
  expect(stepOf(now - 3.5 * hour)).toBeUndefined();
  expect(stepOf(now - 5 * hour)).toEqual({ low: 70, high: 72, last: expect.any(Number) });
});

test('a sensor that has fallen silent has a gap until now', () => {
  const trend = trendOf(everyMinute(now - 6 * hour, now - 2 * hour), 'pulse', now);
  expect(trend.gaps.at(-1)?.to).toBe(now);
});

test('values that are entered now and then have no gaps between them', () => {
  const trend = trendOf([pulseAt(now - 20 * hour, 70), pulseAt(now - hour, 74)], 'pulse', now);
  expect(trend.gaps).toEqual([]);
  expect(trend).toMatchObject({ count: 2, least: 70, most: 74 });
});

test('older than a day is left out, and what is no number is no value', () => {
  const nan = pulseAt(now - hour, 70, { measurements: [{ ...vitalMeasurement('hr', 70), value: 'nan' }] });
  const trend = trendOf([pulseAt(now - 25 * hour, 40), nan], 'pulse', now);
  expect(trend.count).toBe(0);
  expect(trend.last).toBeUndefined();
  expect(trend.first).toHaveLength(daySteps);
});

test('blood pressure is two lines', () => {
  const measurements = [vitalMeasurement('sbp', 131), vitalMeasurement('dbp', 79)];
  const trend = trendOf([pulseAt(now - hour, 0, { measurements })], 'pressure', now);
  expect(trend).toMatchObject({ least: 79, most: 131, last: { first: 131, second: 79 } });
});
