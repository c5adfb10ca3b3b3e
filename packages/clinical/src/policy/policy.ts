// A policy: when a patient's readings call somebody, as plain JSON that a clinician can read and a hospital can keep.
// `parsePolicy` is the only way in from outside; everything here is complete and was found to be evaluable.

import type { Spo2Scale } from '../news2/score.ts';
import type { Vital } from '../vitals/vital.ts';

/** IEC 60601-1-8: high calls for immediate, medium for prompt response, low for awareness. */
export const priorities = ['high', 'medium', 'low'] as const;

export type Priority = (typeof priorities)[number];

/** The last acceptable values: a rule is met below `low` or above `high`. null: no limit, not even the default's. */
export interface Limits {
  readonly low?: number | null;
  readonly high?: number | null;
}

/** Against artefacts: the condition must hold in `readings` of the last `of` readings, all within `withinS` seconds. */
export interface Persistence {
  readonly readings: number;
  readonly of: number;
  /** Also how long a single abnormal reading may stand alone: uncontradicted for so long, it counts as confirmed. */
  readonly withinS: number;
  /** Readings nearer than this to the sample before count as the same sample (a sensor that sends every second). */
  readonly apartS: number;
}

/** How long values must be known normal before an alarm condition ends by itself. */
export interface Clearing {
  readonly readings: number;
  readonly forS: number;
}

interface RuleFacts {
  readonly id: string;
  readonly priority: Priority;
  /** Ids of rules that stand before this one: while one of them is active, this one is not raised. */
  readonly unless: readonly string[];
  readonly dispatch: boolean;
  /** The alarm stays open until a person acknowledges it, even when values are normal again. */
  readonly latching: boolean;
}

interface ClinicalRuleFacts extends RuleFacts {
  readonly persistence: Persistence;
  readonly clear: Clearing;
  /** By how much the severity must grow for an active alarm to be worse. */
  readonly worsenBy: number;
}

/** The NEWS2 total reaches `atLeast`; it is clear again at `clearAt` or below. */
export interface TotalRule extends ClinicalRuleFacts {
  readonly kind: 'news2';
  readonly atLeast: number;
  readonly clearAt: number;
}

/** One of the parameters alone scores 3. */
export interface SingleParameterRule extends ClinicalRuleFacts {
  readonly kind: 'single-parameter';
  readonly vitals: readonly Vital[];
}

/** A vital is beyond the patient's limit on one side; it is clear again `margin` inside it. */
export interface LimitRule extends ClinicalRuleFacts {
  readonly kind: 'limit';
  readonly vital: Vital;
  readonly side: 'low' | 'high';
  readonly margin: number;
}

/** Nothing was measured for `afterS` seconds: of one vital, or of the patient's whole stream. */
export interface StaleRule extends RuleFacts {
  readonly kind: 'stale';
  readonly of: Vital | 'stream';
  readonly afterS: number;
  /** Counts from the beginning of monitoring too; else a vital that was never measured is not missed. */
  readonly expected: boolean;
}

export type ClinicalRule = TotalRule | SingleParameterRule | LimitRule;
export type Rule = ClinicalRule | StaleRule;

/** When an alarm that nobody acknowledges goes to the next person. */
export interface Escalation {
  readonly afterS: number;
  readonly repeatS: number;
  /** Steps of the ladder; on the last one it repeats until a person acknowledges. */
  readonly levels: number;
}

export interface Policy {
  readonly version: 1;
  readonly scale: Spo2Scale;
  readonly patient: { readonly ageYears: number | null; readonly pregnant: boolean };
  /** `none` scores each reading from its own values alone. */
  readonly carry: 'validity' | 'none';
  /** How long a value stands for the present once it was measured. */
  readonly validityS: { readonly [V in Vital]: number };
  /** How far a sensor's clock may be ahead of ours. */
  readonly futureToleranceS: number;
  /** A reading older than this on arrival tells of the past: it may raise, but neither clear nor dispatch. */
  readonly currentS: number;
  readonly limits: { readonly [V in Vital]?: Limits };
  readonly rules: readonly Rule[];
  readonly escalation: { readonly [P in Priority]: Escalation | null };
}
