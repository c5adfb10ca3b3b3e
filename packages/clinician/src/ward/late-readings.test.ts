import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LateReadings } from './late-readings.ts';

const asked: [string, number][] = [];
const problems: unknown[] = [];
const late = new LateReadings({
  load: async (patient, from) => {
    asked.push([patient, from]);
    if (from < 0) throw new Error('away');
  },
  onProblem: (error) => problems.push(error),
});

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  problems.length = 0;
});
afterEach(() => {
  late.stop();
  vi.useRealTimers();
});

test('what comes late in many moments is fetched once for each patient, from the earliest on', () => {
  for (const from of [500, 300, 400]) late.note('p1', from);
  late.note('p2', 900);
  expect(asked).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(asked).toEqual([
    ['p1', 300],
    ['p2', 900],
  ]);
  vi.advanceTimersByTime(10_000);
  expect(asked).toHaveLength(2);
});

test('what comes while it is fetched is fetched after', () => {
  late.note('p1', 300);
  vi.advanceTimersByTime(1000);
  late.note('p1', 600);
  vi.advanceTimersByTime(1000);
  expect(asked).toEqual([
    ['p1', 300],
    ['p1', 600],
  ]);
});

test('a hospital that is away is told of, and nothing is fetched after the end', async () => {
  late.note('p1', -1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(problems).toHaveLength(1);
  late.note('p1', 1);
  late.stop();
  vi.advanceTimersByTime(10_000);
  expect(asked).toHaveLength(1);
});
