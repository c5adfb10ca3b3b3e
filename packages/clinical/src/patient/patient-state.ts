// What the rules remember of one patient: plain, immutable JSON, so that a hospital can keep it in the same transaction
// as the reading. Bounded: it does not grow with the length of the monitoring.

import type { Vital, VitalSet } from '../vitals/vital.ts';
import { vitals } from '../vitals/vital.ts';

/** The newest value of a vital. Times are measurement times, UTC ms. */
export interface Known {
  readonly value: number;
  readonly at: number;
  /** ms between this measurement and the one before it, and between that and the one before: the sensor's own pace. */
  readonly gap: number | null;
  readonly gapBefore: number | null;
}

/** One evaluation of a rule; severity 0 means that it was not met. */
export interface Sample {
  readonly at: number;
  /** When it came, by our clock: a backlog is told at once, and must not look as if it had stood for hours. */
  readonly heardAt: number;
  readonly severity: number;
}

/** The rule was met by some reading lately, and is not yet confirmed. A rule that is calm has no state at all. */
export interface Watching {
  readonly phase: 'watching';
  /** In-order samples, oldest first, beginning with one that was met. */
  readonly samples: readonly Sample[];
  /** Met samples of late readings and of readings from the future, in the order of their arrival. */
  readonly outOfPlace: readonly Sample[];
  /** The vitals that made it so, which must be known before they can speak against it. */
  readonly contributors: VitalSet;
}

/** The rule's alarm condition holds, until values are known normal or a person says so. */
export interface Active {
  readonly phase: 'active';
  readonly since: number;
  readonly severity: number;
  readonly samples: readonly Sample[];
  readonly contributors: VitalSet;
  /** The run of readings known normal. */
  readonly clearing: { readonly since: number; readonly readings: number } | null;
  readonly dispatched: boolean;
  /** It goes on only because what made it so is no longer measured: then it holds back no other rule. */
  readonly blind: boolean;
}

/** A person ended a stale alarm while it was still silent: silence counts anew from here. */
export interface Dismissed {
  readonly phase: 'dismissed';
  readonly at: number;
}

export type RuleState = Watching | Active | Dismissed;

export interface PatientState {
  readonly version: 1;
  /** When monitoring began: the first tick or reading, by our clock. */
  readonly since: number | null;
  /** The newest measurement time accepted. */
  readonly newest: number | null;
  readonly last: { readonly [V in Vital]: Known | null };
  readonly rules: { readonly [ruleId: string]: RuleState };
  /** Readings that came out of place, and values that could not be true. */
  readonly counts: { readonly late: number; readonly future: number; readonly implausible: number };
}

const nothingKnown = Object.fromEntries(vitals.map((vital) => [vital, null])) as { readonly [V in Vital]: null };

export const unknownPatient: PatientState = {
  version: 1,
  since: null,
  newest: null,
  last: nothingKnown,
  rules: {},
  counts: { late: 0, future: 0, implausible: 0 },
};
