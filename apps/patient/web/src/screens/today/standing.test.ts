// The sentence at the top of the day never says more than the phone knows.
import { expect, test } from 'vitest';
import { firstState } from '../../phone/first-state.ts';
import type { PhoneState } from '../../phone/phone-state.ts';
import { pulseAt } from '../../readings/shown-reading.fixture.ts';
import { standingOf } from './standing.ts';

const minute = 60_000;
const now = Date.UTC(2026, 0, 5, 12);
const sensor = {
  id: 's1',
  name: 'Chest strap',
  kind: 'sealed',
  link: { state: 'connected' },
  lastValueAt: now,
  battery: undefined,
  dropped: 0,
} as const;
const well: PhoneState = {
  ...firstState,
  card: { state: 'open' },
  hospitalHeardAt: now - minute,
  readings: [pulseAt(now - minute, 70)],
  sensors: [sensor],
};
const waiting = (code: string): PhoneState => ({
  ...well,
  waiting: { readings: 3, oldestMeasuredAt: now, room: 100 },
  delivery: { state: 'waiting', code, since: now - minute, retryAt: now + minute },
});

test('all is at the hospital only when nothing waits and it has confirmed', () => {
  expect(standingOf(well, now).kind).toBe('all');
  expect(standingOf({ ...well, waiting: { readings: 1, oldestMeasuredAt: now, room: 9 } }, now).kind).toBe('sending');
  expect(standingOf({ ...well, hospitalHeardAt: undefined }, now).kind).toBe('empty');
});

test.each([
  ['hospital-unreachable', 'offline'],
  ['something-new', 'offline'],
  ['hospital-untrusted', 'distrust'],
  ['hospital-unproved', 'distrust'],
  ['hospital-busy', 'busy'],
  ['hospital-refused', 'refused'],
])('%s is told as %s, with what waits', (code, kind) => {
  expect(standingOf(waiting(code), now)).toMatchObject({ kind, waiting: 3 });
});

test('a sensor that has fallen silent is told, whatever was confirmed before', () => {
  const quiet = { ...well, readings: [pulseAt(now - 16 * minute, 70)] };
  expect(standingOf(quiet, now)).toEqual({ kind: 'quiet', lastAt: now - 16 * minute });
});

test('withdrawn sharing goes before everything else', () => {
  const withdrawn = { ...waiting('hospital-unreachable'), consent: { readings: false, location: false } };
  expect(standingOf(withdrawn, now).kind).toBe('withdrawn');
});
