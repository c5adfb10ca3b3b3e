import { expect, test } from 'vitest';
import { defaultPolicy } from '../policy/default-policy.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { Bedside, midnight, minute, well } from '../testing/bedside.ts';
import { dismiss } from './tick.ts';

test('a stream that falls silent is raised once, and resolved by the next measurement', () => {
  const bed = new Bedside(defaultPolicy);
  bed.minutes(0, 10, well);
  expect(bed.tick(24)).toEqual([]);
  expect(bed.tick(24.1)).toEqual(['raised stream-silent']);
  expect(bed.tick(60)).toEqual([]);
  expect(bed.reading(61, well)).toEqual(['resolved stream-silent']);
});

test('a stream that never began is silent too', () => {
  const bed = new Bedside(defaultPolicy);
  bed.tick(0);
  expect(bed.tick(15)).toEqual([]);
  expect(bed.tick(15.1)).toEqual(['raised stream-silent']);
  expect(bed.changes[0]?.reason).toEqual({ kind: 'stale', of: 'stream', lastAt: null });
});

test('a clock that is set back makes nobody wait until it is where it was', () => {
  const bed = new Bedside(defaultPolicy);
  bed.minutes(0, 60, well);
  expect(bed.tick(58)).toEqual([]);
  expect(bed.tick(5)).toEqual(['raised stream-silent']);
  expect(bed.tick(6)).toEqual([]);
  expect(bed.reading(61, well)).toEqual(['resolved stream-silent']);
});

test('rows of values that cannot be true, and empty ones, are silence', () => {
  const bed = new Bedside(defaultPolicy);
  bed.minutes(0, 10, well);
  expect(bed.minutes(10, 30, { pulse: 0, spo2: -1 })).toEqual(['raised stream-silent']);
  expect(bed.minutes(30, 40, {})).toEqual([]);
  expect(bed.active()).toEqual(['stream-silent']);
});

test('one vital that falls silent is raised by itself, and held back while the whole stream is', () => {
  const bed = new Bedside(defaultPolicy);
  bed.minutes(0, 10, well);
  expect(bed.minutes(10, 50, { ...well, spo2: undefined })).toEqual(['raised spo2-silent']);
  const silent = new Bedside(defaultPolicy);
  silent.minutes(0, 10, well);
  for (let at = 10; at < 200; at += 1) silent.tick(at);
  expect(silent.active()).toEqual(['stream-silent']);
});

test('a vital that was never measured is missed only where the policy expects it', () => {
  const pulseOnly = { pulse: 70 };
  const bed = new Bedside(defaultPolicy);
  expect(bed.minutes(0, 200, pulseOnly)).toEqual([]);
  const rule = {
    id: 'temperature-due',
    kind: 'stale',
    of: 'temperature',
    priority: 'low',
    afterS: 3600,
    expected: true,
  };
  const expecting = new Bedside(parsePolicy({ rules: [rule] }));
  expect(expecting.minutes(0, 70, pulseOnly)).toEqual(['raised temperature-due']);
});

test('late readings do not end the silence', () => {
  const bed = new Bedside(defaultPolicy);
  bed.minutes(0, 10, well);
  bed.tick(30);
  bed.reading(5.5, well, 31);
  bed.reading(12, well, 31);
  expect(bed.active()).toEqual(['stream-silent']);
});

test('a person who ends it is left in peace for as long again', () => {
  const bed = new Bedside(defaultPolicy);
  bed.minutes(0, 10, well);
  bed.tick(30);
  bed.state = dismiss(bed.state, defaultPolicy, 'stream-silent', midnight + 31 * minute);
  expect(bed.tick(45)).toEqual([]);
  expect(bed.tick(46.1)).toEqual(['raised stream-silent']);
  bed.state = dismiss(bed.state, defaultPolicy, 'stream-silent', midnight + 47 * minute);
  bed.minutes(48, 50, well);
  expect(bed.state.rules).toEqual({});
});
