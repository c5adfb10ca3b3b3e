import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { pause } from './pause.ts';

test('waits grow twofold up to a most, anywhere below their ceiling, and begin again after success', () => {
  const backoff = new Backoff({ firstMs: 100, mostMs: 1000, random: () => 0.5 });
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.failed())).toEqual([50, 100, 200, 400, 500, 500]);
  backoff.succeeded();
  expect(backoff.failed()).toBe(50);
});

test('what the other side asked for comes on top', () => {
  const backoff = new Backoff({ firstMs: 100, mostMs: 1000, random: () => 0 });
  expect(backoff.failed(2000)).toBe(2000);
});

test('a pause ends when it is stopped', async () => {
  const stop = new AbortController();
  const paused = pause(1_000_000, stop.signal);
  stop.abort();
  await paused;
  await pause(1_000_000, stop.signal);
});
