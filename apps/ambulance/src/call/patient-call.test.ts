import type { Dispatch } from '@vitalseal/clinician';
import { expect, test } from 'vitest';
import { callsByUrgency, stepsTo } from './patient-call.ts';

function dispatch(id: string, more: Partial<Dispatch> = {}): Dispatch {
  return {
    id,
    patient: 'p1',
    name: 'A',
    priority: 'high',
    reasons: [`reason ${id}`],
    series: new Map(),
    state: 'offered',
    at: 1000,
    ...more,
  };
}

test('three alarms of one patient are one call with three reasons', () => {
  const [call, ...others] = callsByUrgency([dispatch('a'), dispatch('b'), dispatch('c', { reasons: ['reason a'] })]);
  expect(others).toEqual([]);
  expect(call?.reasons).toEqual(['reason a', 'reason b']);
  expect(call?.state).toBe('offered');
});

test('a later alarm does not set the crew back, and is shown as added', () => {
  const [call] = callsByUrgency([dispatch('a', { state: 'on-scene', at: 2000 }), dispatch('b', { at: 3000 })]);
  expect(call?.state).toBe('on-scene');
  expect(call?.since).toBe(2000);
  expect(call?.added.map(({ id }) => id)).toEqual(['b']);
});

test('a closed alarm of a patient does not close the call of another', () => {
  const [call] = callsByUrgency([dispatch('a', { state: 'closed' }), dispatch('b', { state: 'accepted' })]);
  expect(call?.state).toBe('accepted');
  expect(call?.members.map(({ id }) => id)).toEqual(['b']);
});

test('an offered call stands before an accepted one, and both before a closed one', () => {
  const calls = callsByUrgency([
    dispatch('a', { patient: 'p1', state: 'closed' }),
    dispatch('b', { patient: 'p2', state: 'accepted' }),
    dispatch('c', { patient: 'p3', priority: 'low' }),
  ]);
  expect(calls.map(({ id }) => id)).toEqual(['p3', 'p2', 'p1']);
});

test('every member is accepted before it goes further', () => {
  const members = [dispatch('a', { state: 'accepted' }), dispatch('b'), dispatch('c', { state: 'on-scene' })];
  expect(stepsTo(members, 'en-route')).toEqual([
    { id: 'a', state: 'en-route' },
    { id: 'b', state: 'accepted' },
    { id: 'b', state: 'en-route' },
  ]);
});
