import { expect, test } from 'vitest';
import { lastHourOf } from './last-hour.ts';
import { pulseAt } from './shown-reading.fixture.ts';

const minute = 60_000;
const now = Date.UTC(2026, 0, 5, 12);
const phone = { where: { place: 'phone' } } as const;

test('a sensor with a value a minute has no silent minute, wherever in the minute it measures', () => {
  for (const offset of [0, 7000, 29_999, 59_999]) {
    const readings = Array.from({ length: 61 }, (_, i) => pulseAt(now - offset - (60 - i) * minute, 70));
    const hour = lastHourOf(readings, now);
    expect(hour.minutesWith).toBeGreaterThanOrEqual(59);
    expect(hour.silences).toEqual([]);
  }
});

test('a silence is said with its times; a single missed minute is not worth a word', () => {
  const readings = Array.from({ length: 60 }, (_, i) => i)
    .filter((i) => i !== 10 && (i < 30 || i > 40))
    .map((i) => pulseAt(now - 60 * minute + i * minute + 30_000, 70));
  const { silences, minutesWith } = lastHourOf(readings, now);
  expect(minutesWith).toBe(48);
  expect(silences).toEqual([{ from: now - 30 * minute, to: now - 19 * minute }]);
});

test('a minute shows what still has to go, whatever else of it has arrived', () => {
  const at = now - 10 * minute - 30_000;
  const hour = lastHourOf([pulseAt(at, 70), pulseAt(at + 1, 71, phone), pulseAt(at + 2, 72)], now);
  expect(hour.reached[49]).toBe('phone');
  expect(hour).toMatchObject({ readings: 3, confirmed: 2, waiting: 1 });
});

test('what is not shared lies on the phone, and neither waits nor was refused', () => {
  const where = { place: 'refused', code: 'not-shared' } as const;
  const hour = lastHourOf([pulseAt(now - 10 * minute - 30_000, 70, { where })], now);
  expect(hour.reached[49]).toBe('phone');
  expect(hour).toMatchObject({ readings: 1, confirmed: 0, waiting: 0 });
});

test('what was typed says nothing of a sensor', () => {
  const hour = lastHourOf([pulseAt(now - minute, 70, { source: { kind: 'entered' } })], now);
  expect(hour).toMatchObject({ minutesWith: 0, readings: 1, confirmed: 1 });
});
