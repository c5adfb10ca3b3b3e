// Facts that hold for any stream: generated readings, in and out of place, true and not.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultPolicy } from '../policy/default-policy.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { midnight, minute } from '../testing/bedside.ts';
import type { Values } from '../vitals/vital.ts';
import type { Observation } from './observe.ts';
import { initialPatient, observe } from './observe.ts';
import type { PatientState } from './patient-state.ts';
import { news2At } from './present.ts';
import { tick } from './tick.ts';

const junk = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 999, 65535];
const some = (...values: number[]) => fc.option(fc.constantFrom(...values), { nil: undefined, freq: 4 });
const values: fc.Arbitrary<Values> = fc.record({
  respiration: some(4, 8.5, 16, 22, 30, 40, ...junk),
  spo2: some(60, 84, 90, 93, 95.5, 99, 127, ...junk),
  oxygen: some(0, 1, 7),
  systolic: some(60, 89, 95, 120, 230, ...junk),
  diastolic: some(40, 75, 130, ...junk),
  pulse: some(30, 45, 70, 90.5, 115, 150, ...junk),
  consciousness: some(0, 1, 4, 9),
  temperature: some(34, 36.05, 37, 39.5, ...junk),
});
/** Mostly a minute apart, some late, some from the future, some from a backlog. */
const reading: fc.Arbitrary<{ shift: number; delay: number; values: Values }> = fc.record({
  shift: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -90, max: 90 }) },
  ),
  delay: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 60 }) }),
  values,
});
const stream = fc.array(reading, { maxLength: 60 });

function observations(readings: readonly { shift: number; delay: number; values: Values }[]): Observation[] {
  return readings.map(({ shift, delay, values: given }, index) => ({
    at: midnight + (index + shift) * minute,
    receivedAt: midnight + (index + delay) * minute,
    values: given,
  }));
}

function follow(readings: readonly Observation[], policy = defaultPolicy): PatientState {
  let state = initialPatient(policy);
  for (const each of readings) {
    state = tick(state, policy, each.receivedAt).state;
    state = observe(state, policy, each).state;
  }
  return state;
}

const active = (state: PatientState) =>
  Object.entries(state.rules)
    .filter(([id, rule]) => rule.phase === 'active' && !id.endsWith('-silent'))
    .map(([id]) => id);

test('the state is JSON: written and read back between any two readings it goes on the same', () => {
  fc.assert(
    fc.property(stream, (readings) => {
      let kept = initialPatient(defaultPolicy);
      let stored = initialPatient(defaultPolicy);
      for (const each of observations(readings)) {
        const one = observe(kept, defaultPolicy, each);
        const other = observe(JSON.parse(JSON.stringify(stored)) as PatientState, defaultPolicy, each);
        expect(other).toEqual(one);
        kept = tick(one.state, defaultPolicy, each.receivedAt + 1).state;
        stored = tick(other.state, defaultPolicy, each.receivedAt + 1).state;
      }
      expect(JSON.parse(JSON.stringify(stored))).toEqual(kept);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('observing changes nothing of the state it is given', () => {
  fc.assert(
    fc.property(stream, reading, (before, next) => {
      const state = follow(observations(before));
      const text = JSON.stringify(state);
      const [last] = observations([next]);
      if (last === undefined) return;
      observe(state, defaultPolicy, last);
      tick(state, defaultPolicy, last.receivedAt + 1000 * minute);
      expect(JSON.stringify(state)).toBe(text);
    }),
    { seed: 2, numRuns: 300 },
  );
});

test('whatever the order of delivery, the same readings end in the same score', () => {
  const ordered = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), values), { minLength: 1, maxLength: 12 });
  const shuffled = ordered.chain((readings) =>
    fc.tuple(fc.constant(readings), fc.shuffledSubarray(readings, { minLength: readings.length })),
  );
  const end = midnight + 21 * minute;
  const take = (readings: readonly (readonly [number, Values])[]) => {
    let state = initialPatient(defaultPolicy);
    for (const [at, given] of readings) {
      state = observe(state, defaultPolicy, { at: midnight + at * minute, receivedAt: end, values: given }).state;
    }
    return news2At(state, defaultPolicy, end);
  };
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      expect(take(other)).toEqual(take(one));
    }),
    { seed: 3, numRuns: 1000 },
  );
});

test('no late reading, reading from the future, empty one or impossible value resolves an alarm', () => {
  const policies = [defaultPolicy, parsePolicy({ carry: 'none' })];
  const hours = 60 * minute;
  fc.assert(
    fc.property(
      stream,
      fc.array(values, { maxLength: 20 }),
      fc.constantFrom(...policies),
      (before, hostile, policy) => {
        let state = follow(observations(before), policy);
        const alarms = active(state);
        const now = Math.max(state.newest ?? 0, midnight) + minute;
        const lateEverywhere = Math.min(
          ...Object.values(state.last).map((known) => known?.at ?? Number.POSITIVE_INFINITY),
        );
        for (const [index, given] of hostile.entries()) {
          // Late only for vitals that are known: of another, an old value is the newest there is.
          const known = Object.fromEntries(
            Object.entries(given).filter(([vital]) => state.last[vital as keyof typeof state.last] !== null),
          );
          if (Number.isFinite(lateEverywhere)) {
            state = observe(state, policy, { at: lateEverywhere - 1 - index, receivedAt: now, values: known }).state;
          }
          state = observe(state, policy, { at: now + hours * (index + 1), receivedAt: now, values: given }).state;
          state = observe(state, policy, {
            at: now,
            receivedAt: now,
            values: { pulse: Number.NaN, spo2: 0, systolic: -1 },
          }).state;
          state = tick(state, policy, now + index * hours).state;
        }
        expect(active(state)).toEqual(expect.arrayContaining(alarms));
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

test('an alarm condition only ever ends on a current reading, and never begins twice', () => {
  fc.assert(
    fc.property(stream, (readings) => {
      let state = initialPatient(defaultPolicy);
      const open = new Set<string>();
      for (const each of observations(readings)) {
        const ticked = tick(state, defaultPolicy, each.receivedAt);
        const observed = observe(ticked.state, defaultPolicy, each);
        state = observed.state;
        for (const { change, rule } of ticked.changes) {
          expect(change).toBe('raised');
          expect(open.has(rule)).toBe(false);
          open.add(rule);
        }
        for (const { change, rule } of observed.changes) {
          expect(open.has(rule)).toBe(change !== 'raised');
          if (change === 'raised') open.add(rule);
          if (change !== 'resolved') continue;
          open.delete(rule);
          expect(each.receivedAt - each.at).toBeLessThanOrEqual(30 * minute);
          expect(each.at - each.receivedAt).toBeLessThanOrEqual(defaultPolicy.futureToleranceS * 1000);
        }
      }
    }),
    { seed: 5, numRuns: 500 },
  );
});

test('the state does not grow with the stream', () => {
  let state = initialPatient(defaultPolicy);
  let most = 0;
  for (let index = 0; index < 20_000; index += 1) {
    const at = midnight + index * minute;
    const ill = index % 3 === 0;
    const late = index % 7 === 0 ? 5 * minute : 0;
    const given = { pulse: ill ? 150 : 70, spo2: index % 11 < 5 ? 80 : 98, systolic: 120, respiration: 16 };
    state = observe(state, defaultPolicy, { at: at - late, receivedAt: at, values: given }).state;
    most = Math.max(most, JSON.stringify(state).length);
  }
  expect(most).toBeLessThan(8000);
});
