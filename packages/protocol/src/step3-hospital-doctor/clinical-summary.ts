// What the hospital tells of its judgement: the NEWS2 score and the state of an alarm, as plain numbers and words. The
// rules that made them stay at the hospital.

import { type Field, integer, list, nullable, oneNumberOf, oneOf, text } from '../wire/field.ts';
import { type Identity, identity } from '../wire/identity.ts';
import { optional, record } from '../wire/record.ts';
import { utcMs } from '../wire/time.ts';

const part = nullable(integer('points of NEWS2', 0, 3));

/** The points of each parameter; null where it is missing. */
export interface News2Parts {
  readonly respiration: number | null;
  readonly spo2: number | null;
  readonly oxygen: number | null;
  readonly systolic: number | null;
  readonly pulse: number | null;
  readonly consciousness: number | null;
  readonly temperature: number | null;
}

export interface News2Summary {
  /** A lower bound while `known` is less than `of`. */
  readonly total: number;
  readonly known: number;
  readonly of: 7;
  readonly parts: News2Parts;
  readonly risk: 'low' | 'low-medium' | 'medium' | 'high' | 'unknown';
}

export const news2: Field<News2Summary> = record<News2Summary>('a NEWS2 summary', {
  total: integer('a NEWS2 total', 0, 20),
  known: integer('known parameters', 0, 7),
  of: oneNumberOf<7>('parameters of NEWS2', [7]),
  parts: record<News2Parts>('the parts of NEWS2', {
    respiration: part,
    spo2: part,
    oxygen: part,
    systolic: part,
    pulse: part,
    consciousness: part,
    temperature: part,
  }),
  risk: oneOf('a risk', ['low', 'low-medium', 'medium', 'high', 'unknown']),
});

export const alarmPriorities = ['high', 'medium', 'low'] as const;
/** IEC 60601-1-8. */
export type AlarmPriority = (typeof alarmPriorities)[number];

export const alarmStates = ['raised', 'notified', 'acknowledged', 'escalated', 'resolved'] as const;
export type AlarmState = (typeof alarmStates)[number];

export interface Deed {
  readonly by: Identity;
  /** UTC milliseconds at the hospital, as all times of this file. */
  readonly at: number;
}

export interface AlarmSummary {
  readonly id: string;
  readonly rule: string;
  readonly priority: AlarmPriority;
  readonly state: AlarmState;
  /** Why, one part a parameter. */
  readonly reasons: readonly string[];
  readonly raisedAt: number;
  readonly acknowledged?: Deed;
  readonly escalatedAt?: number;
  readonly resolvedAt?: number;
}

export const alarmId = text('an alarm', 64);
export const rule = text('a rule', 128);
export const priority = oneOf('a priority', alarmPriorities);
export const alarmState = oneOf('a state', alarmStates);
export const reasons = list('reasons', text('a reason', 512), 0, 32);
export const personName = text('a name', 256);

export const alarmSummary: Field<AlarmSummary> = record<AlarmSummary>('an alarm', {
  id: alarmId,
  rule,
  priority,
  state: alarmState,
  reasons,
  raisedAt: utcMs,
  acknowledged: optional(record<Deed>('a deed', { by: identity, at: utcMs })),
  escalatedAt: optional(utcMs),
  resolvedAt: optional(utcMs),
});
