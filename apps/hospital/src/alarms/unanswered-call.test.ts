import { expect, test } from 'vitest';
import type { DispatchRow } from '../store/dispatches.ts';
import { unansweredCall } from './unanswered-call.ts';

const noon = Date.UTC(2026, 5, 15, 12);
const minute = 60_000;
const nobody = { alarms: new Map() };
const call = (change: Partial<DispatchRow> = {}): DispatchRow => ({
  id: 'c1',
  alarm: 'a1',
  patient: 1,
  state: 'offered',
  crew: null,
  called_at: noon,
  changed_at: noon,
  closed_at: null,
  ...change,
});

test('a call that no crew takes is an alarm after two minutes, and one that is taken is none', () => {
  expect(unansweredCall(nobody, [call()], noon + 2 * minute - 1)).toBeUndefined();
  expect(unansweredCall(nobody, [call()], noon + 2 * minute)).toMatchObject({ change: 'raised', priority: 'high' });
  expect(unansweredCall(nobody, [call({ state: 'accepted' })], noon + 9 * minute)).toBeUndefined();
});

test('a clock that is set back by hours has no call wait for hours', () => {
  expect(unansweredCall(nobody, [call()], noon - 30_000)).toBeUndefined();
  expect(unansweredCall(nobody, [call()], noon - 60 * minute)).toMatchObject({ change: 'raised' });
});
