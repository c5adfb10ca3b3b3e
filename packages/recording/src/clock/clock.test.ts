import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordingError } from '../errors.ts';
import { formatClock, parseClock, parseScaledTime, scaledClock, systemClock } from './clock.ts';

describe('a scaled clock', () => {
  test('shows its origin at its start and runs faster than life', () => {
    const startedAt = Date.now() - 1000;
    const now = scaledClock({ origin: 0, startedAt, speed: 60 }).now();
    expect(now).toBeGreaterThanOrEqual(60_000);
    expect(Number.isInteger(now)).toBe(true);
  });

  test('two processes with the same numbers agree', () => {
    const time = { origin: 1_000_000, startedAt: Date.now() + 3_600_000, speed: 1e6 };
    const before = scaledClock(time).now();
    expect(before).toBe(time.origin);
    expect(parseClock(formatClock(time)).now()).toBeGreaterThanOrEqual(before);
  });

  test('stands still before its start and at its end', () => {
    expect(scaledClock({ origin: 5, startedAt: Date.now() + 3_600_000, speed: 60 }).now()).toBe(5);
    expect(scaledClock({ origin: 5, startedAt: Date.now() - 3_600_000, speed: 60, until: 77 }).now()).toBe(77);
  });

  test('is written and read back the same', () => {
    const time = fc
      .record({
        origin: fc.maxSafeInteger(),
        startedAt: fc.maxSafeInteger(),
        speed: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        lasts: fc.option(fc.nat(), { nil: undefined }),
      })
      .map(({ lasts, ...given }) => {
        const until = Math.min(given.origin + (lasts ?? 0), Number.MAX_SAFE_INTEGER);
        return lasts === undefined ? given : { ...given, until };
      });
    fc.assert(
      fc.property(time, (given) => {
        expect(parseScaledTime(formatClock(given))).toEqual(given);
      }),
      { seed: 41 },
    );
  });
});

test.each([
  '',
  '1',
  '1,2',
  '1,2,3,4,5',
  '5,2,3,4',
  '1,2,3,4.5',
  '1,2,0',
  '1,2,-1',
  '1,2,1e7',
  '1.5,2,3',
  'a,b,c',
  '1,,3',
  '1,2,NaN',
  '1,2,Infinity',
  ' 1,2,3',
  '0x1,2,3',
  '9007199254740993,2,3',
])('%j is no clock', (text) => {
  expect(() => parseClock(text)).toThrow(RecordingError);
});

test('no option is the system clock', () => {
  expect(parseClock(undefined)).toBe(systemClock);
});
