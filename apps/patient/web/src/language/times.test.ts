import { expect, test } from 'vitest';
import { timesIn } from './times.ts';

const minute = 60_000;
const english = timesIn('en-GB-u-nu-latn');
const spanish = timesIn('es-u-nu-latn');
const arabic = timesIn('ar-u-nu-latn');

test('an age is rounded down, and below a minute it is none', () => {
  expect(english.ago(59_999)).toBeUndefined();
  expect(english.ago(2 * minute - 1)).toBe('1 minute ago');
  expect(spanish.ago(5 * minute)).toBe('hace 5 minutos');
  expect(arabic.ago(120 * minute)).toBe('قبل ساعتين');
});

test('the age of a wrong clock is said in years', () => {
  expect(english.duration(366 * 24 * 60 * minute)).toBe('1 year');
  expect(english.duration(-3 * minute)).toBe('3 minutes');
});

test('the digits are those of a thermometer in every language', () => {
  expect(english.number(36.8, 1)).toBe('36.8');
  expect(spanish.number(36.8, 1)).toBe('36,8');
  expect(arabic.number(36.8, 1)).toMatch(/^36[.,٫]8$/);
  expect(arabic.clock(Date.UTC(2026, 0, 5, 12), Date.UTC(2026, 0, 5, 12))).not.toMatch(/[\u0660-\u0669]/);
});

test('a time of another day says which', () => {
  const now = new Date(2026, 0, 5, 9).getTime();
  expect(english.clock(new Date(2026, 0, 5, 7, 3).getTime(), now)).toBe('07:03');
  expect(english.clock(new Date(2026, 0, 4, 23, 3).getTime(), now)).toMatch(/Sun.*23:03/);
});
