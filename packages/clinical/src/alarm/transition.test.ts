import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClinicalError } from '../errors.ts';
import type { AlarmChange } from '../patient/alarm-change.ts';
import { defaultPolicy } from '../policy/default-policy.ts';
import type { Priority } from '../policy/policy.ts';
import { midnight } from '../testing/bedside.ts';
import type { Alarm, AlarmEvent } from './alarm.ts';
import { escalationDueAt } from './escalation.ts';
import { eventOf, raiseAlarm, transition } from './transition.ts';

const second = 1000;

function raised(priority: Priority = 'high'): Alarm {
  const rule = { high: 'news2-emergency', medium: 'news2-urgent', low: 'spo2-silent' }[priority];
  const change: AlarmChange = {
    change: 'raised',
    rule,
    priority,
    at: midnight - 5000,
    dispatch: false,
    reason: { kind: 'stale', of: 'spo2', lastAt: null },
  };
  return raiseAlarm(change, defaultPolicy, 'alarm-1', midnight);
}

const at = (seconds: number) => midnight + seconds * second;
const notify = (seconds: number): AlarmEvent => ({ type: 'notify', at: at(seconds), to: 'device' });
const acknowledge = (seconds: number): AlarmEvent => ({ type: 'acknowledge', at: at(seconds), by: 'doctor' });
const escalate = (seconds: number): AlarmEvent => ({ type: 'escalate', at: at(seconds) });
const worsen = (seconds: number): AlarmEvent => ({ type: 'worsen', at: at(seconds) });
const normal = (seconds: number): AlarmEvent => ({ type: 'normal', at: at(seconds) });
const recur = (seconds: number): AlarmEvent => ({ type: 'recur', at: at(seconds) });
const resolve = (seconds: number): AlarmEvent => ({ type: 'resolve', at: at(seconds), by: 'doctor' });
const through = (alarm: Alarm, ...events: AlarmEvent[]): Alarm => events.reduce(transition, alarm);

function isRefused(alarm: Alarm, event: AlarmEvent): boolean {
  try {
    transition(alarm, event);
    return false;
  } catch (error) {
    if (error instanceof ClinicalError && error.code === 'alarm-event-refused') return true;
    throw error;
  }
}

describe('the life of an alarm', () => {
  test('raised, notified, acknowledged and resolved, with who and when', () => {
    const alarm = through(raised(), notify(1), acknowledge(30), normal(600));
    expect(alarm).toMatchObject({ state: 'resolved', resolvedAt: at(600), resolvedBy: { kind: 'system' } });
    expect(alarm.history).toEqual([
      { event: 'raise', at: midnight, by: { kind: 'system' } },
      { event: 'notify', at: at(1), by: { kind: 'person', id: 'device' } },
      { event: 'acknowledge', at: at(30), by: { kind: 'person', id: 'doctor' } },
      { event: 'normal', at: at(600), by: { kind: 'system' } },
    ]);
  });

  test('every device that received it is recorded, the first one notifies it', () => {
    const alarm = through(raised(), notify(1), notify(2));
    expect(alarm).toMatchObject({ state: 'notified', notifiedAt: at(1) });
    expect(alarm.history).toHaveLength(3);
  });

  test('a person may resolve it from any open state', () => {
    const opens = [
      raised(),
      through(raised(), notify(1)),
      through(raised(), escalate(120)),
      through(raised(), acknowledge(1)),
    ];
    for (const open of opens) {
      expect(transition(open, resolve(200))).toMatchObject({
        state: 'resolved',
        resolvedBy: { kind: 'person', id: 'doctor' },
      });
    }
  });
});

describe('a high alarm that nobody has seen', () => {
  test('stays when values are normal again, and is resolved by being acknowledged', () => {
    const waiting = through(raised(), notify(1), normal(60));
    expect(waiting).toMatchObject({ state: 'notified', normalSince: at(60) });
    expect(transition(waiting, acknowledge(90))).toMatchObject({ state: 'resolved', resolvedAt: at(90) });
  });

  test('goes on escalating while it waits', () => {
    expect(through(raised(), normal(60), escalate(120))).toMatchObject({ state: 'escalated', normalSince: at(60) });
  });

  test('is the same alarm when its values become abnormal again', () => {
    const again = through(raised(), normal(60), recur(90));
    expect(again).toMatchObject({ state: 'raised', normalSince: null });
    expect(transition(again, acknowledge(95)).state).toBe('acknowledged');
  });
});

test('an alarm that worsens while it waits is no longer normal', () => {
  expect(through(raised(), normal(60), worsen(90))).toMatchObject({ state: 'raised', normalSince: null });
});

test('a medium alarm ends with its condition, seen or not', () => {
  expect(transition(raised('medium'), normal(60)).state).toBe('resolved');
});

describe('escalation', () => {
  test('is due after the time of its priority and then repeats up the ladder', () => {
    let alarm = raised();
    expect(escalationDueAt(alarm)).toBe(at(120));
    alarm = transition(alarm, notify(1));
    expect(escalationDueAt(alarm)).toBe(at(120));
    for (const [index, level] of [1, 2, 3, 3].entries()) {
      const due = at(120 * (index + 1));
      expect(escalationDueAt(alarm)).toBe(due);
      expect(isRefused(alarm, { type: 'escalate', at: due - 1 })).toBe(true);
      alarm = transition(alarm, { type: 'escalate', at: due });
      expect(alarm).toMatchObject({ state: 'escalated', level });
    }
  });

  test('ends with an acknowledgement and begins again when the alarm worsens', () => {
    const acknowledged = through(raised(), acknowledge(10));
    expect(escalationDueAt(acknowledged)).toBeNull();
    const worse = transition(acknowledged, worsen(300));
    expect(worse).toMatchObject({ state: 'escalated', level: 1, escalatedAt: at(300) });
    expect(escalationDueAt(worse)).toBe(at(420));
    expect('acknowledgedBy' in worse).toBe(false);
  });

  test('of a low alarm is never due', () => {
    expect(escalationDueAt(raised('low'))).toBeNull();
    expect(isRefused(raised('low'), escalate(1e6))).toBe(true);
  });

  test('keeps the times it was raised with', () => {
    expect(raised('medium').escalation).toEqual(defaultPolicy.escalation.medium);
  });
});

test('each event is refused where it makes no sense, and nothing else is', () => {
  const states = {
    raised: raised(),
    notified: through(raised(), notify(1)),
    escalated: through(raised(), escalate(120)),
    acknowledged: through(raised(), acknowledge(1)),
    latched: through(raised(), normal(1)),
    resolved: through(raised(), resolve(1)),
  };
  const events = { notify, acknowledge, escalate, worsen, normal, recur, resolve };
  const refused = Object.entries(states).map(([name, alarm]) => [
    name,
    Object.entries(events)
      .filter(([, event]) => isRefused(alarm, event(10_000)))
      .map(([event]) => event),
  ]);
  expect(Object.fromEntries(refused)).toEqual({
    raised: ['recur'],
    notified: ['recur'],
    escalated: ['recur'],
    acknowledged: ['acknowledge', 'escalate', 'recur'],
    latched: [],
    resolved: ['notify', 'acknowledge', 'escalate', 'worsen', 'normal', 'recur', 'resolve'],
  });
});

test('a change of the condition is an event of the alarm', () => {
  const { history: _history, ...alarm } = raised();
  const change = {
    rule: alarm.rule,
    priority: alarm.priority,
    at: 0,
    dispatch: false,
    reason: { kind: 'stale', of: 'spo2', lastAt: 0 },
  } as const;
  expect(eventOf({ ...change, change: 'resolved' }, 7)).toEqual({ type: 'normal', at: 7 });
  expect(eventOf({ ...change, change: 'worsened' }, 7)).toEqual({ type: 'worsen', at: 7 });
  expect(eventOf({ ...change, change: 'raised' }, 7)).toEqual({ type: 'recur', at: 7 });
});

test('a time that is none is refused', () => {
  expect(() => transition(raised(), { type: 'worsen', at: Number.NaN })).toThrow(ClinicalError);
});

test('a clock that is set back by hours makes nobody wait for hours: the alarm goes on at once, and counts from then', () => {
  const alarm = through(raised(), notify(100));
  const hour = 3600;
  expect(isRefused(alarm, escalate(-30))).toBe(true);
  const moved = transition(alarm, escalate(-hour));
  expect(moved).toMatchObject({ state: 'escalated', level: 1 });
  expect(escalationDueAt(moved)).toBe(at(-hour) + (alarm.escalation?.repeatS ?? 0) * 1000);
  expect(isRefused(moved, escalate(-hour + 1))).toBe(true);
});

test('a clock that steps back keeps nobody from acknowledging', () => {
  expect(through(raised(), notify(100), acknowledge(-3600)).state).toBe('acknowledged');
});

test('over any life: history only grows, JSON keeps it, only an acknowledgement silences, resolved is the end', () => {
  const event = fc.record({
    type: fc.constantFrom('notify', 'acknowledge', 'escalate', 'worsen', 'normal', 'recur', 'resolve' as const),
    after: fc.integer({ min: 0, max: 2000 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom<Priority>('high', 'medium', 'low'),
      fc.array(event, { maxLength: 25 }),
      (priority, events) => {
        let alarm = raised(priority);
        let now = midnight;
        for (const { type, after } of events) {
          now += after * second;
          const next: AlarmEvent = { type, at: now, by: 'doctor', to: 'device' } as AlarmEvent;
          const before = JSON.stringify(alarm);
          if (isRefused(alarm, next)) {
            expect(JSON.stringify(alarm)).toBe(before);
            continue;
          }
          const moved = transition(JSON.parse(before) as Alarm, next);
          expect(moved).toEqual(transition(alarm, next));
          expect(JSON.stringify(alarm)).toBe(before);
          expect(moved.history.slice(0, -1)).toEqual(alarm.history);
          expect(alarm.state).not.toBe('resolved');
          if (moved.state === 'acknowledged' && alarm.state !== 'acknowledged') expect(type).toBe('acknowledge');
          if (moved.state !== 'acknowledged' && moved.state !== 'resolved' && moved.escalation !== null) {
            expect(escalationDueAt(moved)).not.toBeNull();
          }
          alarm = moved;
        }
      },
    ),
    { seed: 21, numRuns: 1000 },
  );
});
