// What a reading means. Pure functions over plain data: no clock, no store, no network.

export type {
  AcknowledgedAlarm,
  Actor,
  Alarm,
  AlarmEntry,
  AlarmEvent,
  AlarmState,
  EscalatedAlarm,
  NotifiedAlarm,
  OpenAlarm,
  RaisedAlarm,
  ResolvedAlarm,
  UnansweredAlarm,
} from './alarm/alarm.ts';
export { escalationDueAt, isEscalationDue } from './alarm/escalation.ts';
export { eventOf, raiseAlarm, transition } from './alarm/transition.ts';
export type { ClinicalErrorCode, PolicyErrorCode } from './errors.ts';
export { ClinicalError, clinicalErrorCodes, PolicyError } from './errors.ts';
export type { News2Response } from './news2/response.ts';
export { responseTo } from './news2/response.ts';
export type { News2, News2Parameter, News2Parts, News2Risk, Spo2Scale } from './news2/score.ts';
export { news2Maximum, news2Parameters, scoreNews2 } from './news2/score.ts';
export type { AlarmChange, Reason } from './patient/alarm-change.ts';
export type { Observation, Observed } from './patient/observe.ts';
export { initialPatient, observe } from './patient/observe.ts';
export type { Known, PatientState, RuleState } from './patient/patient-state.ts';
export { news2At, valuesAt } from './patient/present.ts';
export type { Ticked } from './patient/tick.ts';
export { dismiss, tick } from './patient/tick.ts';
export { defaultPolicy } from './policy/default-policy.ts';
export { parsePolicy } from './policy/parse-policy.ts';
export type {
  Clearing,
  ClinicalRule,
  Escalation,
  LimitRule,
  Limits,
  Persistence,
  Policy,
  Priority,
  Rule,
  SingleParameterRule,
  StaleRule,
  TotalRule,
} from './policy/policy.ts';
export { priorities } from './policy/policy.ts';
export type { PlausibleRange } from './vitals/plausible.ts';
export { isPlausible, plausibleRanges } from './vitals/plausible.ts';
export type { ConsciousnessLevel, Values, Vital } from './vitals/vital.ts';
export { consciousnessLevels, vitals } from './vitals/vital.ts';
