// The alarm's life cycle as a pure function: raised → notified → acknowledged → resolved, escalated on the way while
// nobody answers. An event that makes no sense in a state is refused and changes nothing. Clocks are not compared with
// the past: a server's clock that steps back must not keep a person from acknowledging.

import { ClinicalError } from '../errors.ts';
import type { AlarmChange } from '../patient/alarm-change.ts';
import type { Policy } from '../policy/policy.ts';
import type {
  AcknowledgedAlarm,
  Actor,
  Alarm,
  AlarmEvent,
  EscalatedAlarm,
  OpenAlarm,
  RaisedAlarm,
  ResolvedAlarm,
} from './alarm.ts';
import { isEscalationDue } from './escalation.ts';

const system: Actor = { kind: 'system' };

function requireTime(at: number): void {
  if (!Number.isFinite(at)) throw new ClinicalError('alarm-time-invalid', 'expected a finite time in ms');
}

function refused(alarm: Alarm, event: AlarmEvent, expected: string): ClinicalError {
  return new ClinicalError(
    'alarm-event-refused',
    `cannot ${event.type} an alarm that is ${alarm.state}: expected ${expected}`,
  );
}

function actorOf(event: AlarmEvent): Actor {
  switch (event.type) {
    case 'notify':
      return { kind: 'person', id: event.to };
    case 'acknowledge':
    case 'resolve':
      return { kind: 'person', id: event.by };
    default:
      return system;
  }
}

/** A new alarm for a change that raised one. Its rule's latching and escalation are copied: a later policy does not change it. */
export function raiseAlarm(change: AlarmChange, policy: Policy, id: string, at: number): RaisedAlarm {
  requireTime(at);
  const rule = policy.rules.find((each) => each.id === change.rule);
  return {
    state: 'raised',
    id,
    rule: change.rule,
    priority: change.priority,
    raisedAt: at,
    latching: rule?.latching ?? change.latching ?? change.priority === 'high',
    escalation: policy.escalation[change.priority],
    history: [{ event: 'raise', at, by: system }],
    normalSince: null,
    level: 0,
  };
}

function resolved(alarm: OpenAlarm, at: number, by: Actor, history: Alarm['history']): ResolvedAlarm {
  const { id, rule, priority, raisedAt, latching, escalation } = alarm;
  return {
    state: 'resolved',
    id,
    rule,
    priority,
    raisedAt,
    latching,
    escalation,
    history,
    resolvedAt: at,
    resolvedBy: by,
  };
}

function withoutAnswer(alarm: OpenAlarm, history: Alarm['history']): RaisedAlarm {
  const { id, rule, priority, raisedAt, latching, escalation, normalSince, level } = alarm;
  return { state: 'raised', id, rule, priority, raisedAt, latching, escalation, history, normalSince, level };
}

function escalated(alarm: OpenAlarm, at: number, history: Alarm['history']): EscalatedAlarm {
  const most = alarm.escalation?.levels ?? 1;
  const level = Math.min(most, alarm.level + 1);
  return { ...withoutAnswer(alarm, history), state: 'escalated', escalatedAt: at, level };
}

function acknowledged(
  alarm: OpenAlarm,
  at: number,
  by: string,
  history: Alarm['history'],
): AcknowledgedAlarm | ResolvedAlarm {
  if (alarm.normalSince !== null) return resolved(alarm, at, system, history);
  return { ...withoutAnswer(alarm, history), state: 'acknowledged', acknowledgedAt: at, acknowledgedBy: by };
}

function transitionOpen(alarm: OpenAlarm, event: AlarmEvent, history: Alarm['history']): Alarm {
  switch (event.type) {
    case 'notify':
      // Several devices receive one alarm: each is recorded, the first one moves it.
      return alarm.state === 'raised'
        ? { ...alarm, state: 'notified', notifiedAt: event.at, history }
        : { ...alarm, history };
    case 'acknowledge':
      if (alarm.state === 'acknowledged') throw refused(alarm, event, 'one that nobody has acknowledged');
      return acknowledged(alarm, event.at, event.by, history);
    case 'escalate':
      if (!isEscalationDue(alarm, event.at)) throw refused(alarm, event, 'one whose escalation is due');
      return escalated(alarm, event.at, history);
    case 'worsen': {
      const worse = { ...alarm, normalSince: null, history };
      return alarm.state === 'acknowledged' ? escalated(worse, event.at, history) : worse;
    }
    case 'normal':
      if (alarm.latching && alarm.state !== 'acknowledged') return { ...alarm, normalSince: event.at, history };
      return resolved(alarm, event.at, system, history);
    case 'recur':
      if (alarm.normalSince === null) throw refused(alarm, event, 'one whose values were normal again');
      return { ...alarm, normalSince: null, history };
    case 'resolve':
      return resolved(alarm, event.at, actorOf(event), history);
  }
}

/**
 * @throws ClinicalError `alarm-event-refused` when the event has no meaning in the alarm's state
 */
export function transition(alarm: Alarm, event: AlarmEvent): Alarm {
  requireTime(event.at);
  if (alarm.state === 'resolved') throw refused(alarm, event, 'one that is open; raised again it is a new alarm');
  return transitionOpen(alarm, event, [...alarm.history, { event: event.type, at: event.at, by: actorOf(event) }]);
}

/** The event that a change of a rule's condition is to the open alarm of that rule. */
export function eventOf(change: AlarmChange, at: number): AlarmEvent {
  switch (change.change) {
    case 'raised':
      return { type: 'recur', at };
    case 'worsened':
      return { type: 'worsen', at };
    case 'resolved':
      return { type: 'normal', at };
  }
}
