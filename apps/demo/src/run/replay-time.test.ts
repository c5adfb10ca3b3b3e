import { expect, test } from 'vitest';
import { type Bed, bedOf } from '../scenario/bed.ts';
import { carriedSpeed, replayTime } from './replay-time.ts';

test('a replay is no faster than the machine carries', () => {
  expect(carriedSpeed(Array(28).fill(minuteBed(841)), 100_000)).toBe(856);
});

test('a speed that the machine carries is the speed', () => {
  expect(carriedSpeed([minuteBed(841)], 60)).toBe(60);
  expect(carriedSpeed([minuteBed(1)], 60)).toBe(60);
  expect(carriedSpeed([minuteBed(841)], 0.5)).toBe(0.5);
});

test('a clock that stops does so at the last row of the longest recording', () => {
  const { origin, until } = replayTime([minuteBed(3), minuteBed(5)], 60, 'stops at the end');
  expect((until ?? 0) - origin).toBe(240_000);
});

function minuteBed(minutes: number): Bed {
  const rows = Array.from({ length: minutes }, (_, n) => ({ patient: 'p', timeS: n * 60, line: n + 2, hr: 70 }));
  return bedOf('p', { name: 'P', bed: 'B', place: { latitude: 0, longitude: 0 }, rows });
}
