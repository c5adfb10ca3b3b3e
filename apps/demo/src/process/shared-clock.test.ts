import { expect, test } from 'vitest';
import { notYet, SharedClock } from './shared-clock.ts';

test('a clock stands still just before its origin until it is told when it began', () => {
  const clock = new SharedClock({ origin: 1_000, startedAt: notYet, speed: 60, until: 5_000 });
  expect(clock.hasBegun).toBe(false);
  expect(clock.now()).toBe(999);
  clock.begin(Date.now() - 1_000);
  expect(clock.hasBegun).toBe(true);
  expect(clock.now()).toBe(5_000);
});
