// One clinical rule through one in-order reading: calm, watching, active and back. The way back needs readings that are
// current, known, and clear by the rule's own hysteresis; nothing else ends an alarm condition here.

import type { ClinicalRule, Policy } from '../policy/policy.ts';
import type { VitalSet } from '../vitals/vital.ts';
import { vitalBit, vitals } from '../vitals/vital.ts';
import type { AlarmChange } from './alarm-change.ts';
import { changeOf } from './alarm-change.ts';
import type { Evaluation } from './assess.ts';
import { allKnown, contributorsTo, isClear, reasonFor, severityOf, vitalsOf } from './assess.ts';
import type { Active, PatientState, RuleState, Sample, Watching } from './patient-state.ts';
import { confirmedSeverity, fromFirstMet, withSample } from './persistence.ts';

/** An in-order reading, judged. */
export interface Judged extends Evaluation {
  readonly at: number;
  readonly heardAt: number;
  /** The vitals this reading brought. */
  readonly fresh: VitalSet;
  /** Young enough on arrival to speak of the present. */
  readonly current: boolean;
  readonly last: PatientState['last'];
}

export interface Advanced {
  /** Undefined when the rule is calm. */
  readonly state: RuleState | undefined;
  readonly change?: AlarmChange;
}

const calm: Advanced = { state: undefined };

/** Limits are decimals: 85 - 79.9 is not 5.1 in binary. */
const decimalNoise = 1e-9;

/** Whether these vitals are measured so seldom that no other reading would come within the window to confirm one. */
function areSpotChecks(set: VitalSet, last: PatientState['last'], windowMs: number): boolean {
  for (const vital of vitals) {
    if ((set & vitalBit[vital]) === 0) continue;
    const known = last[vital];
    if (known === null || known.gap === null || known.gap <= windowMs) return false;
    if (known.gapBefore !== null && known.gapBefore <= windowMs) return false;
  }
  return true;
}

export function activated(
  since: number,
  severity: number,
  from: Pick<Watching, 'samples' | 'contributors'>,
  dispatched: boolean,
): Active {
  return {
    phase: 'active',
    since,
    severity,
    samples: from.samples,
    contributors: from.contributors,
    clearing: null,
    dispatched,
    blind: false,
  };
}

/** A met rule is told anew only by a reading that brings one of the vitals that make it so, not by a carried value. */
function speaks(rule: ClinicalRule, contributors: VitalSet, judged: Judged, severity: number): boolean {
  if (severity > 0) return (judged.fresh & contributorsTo(rule, judged)) !== 0;
  return (judged.fresh & vitalsOf(rule)) !== 0 && allKnown(contributors, judged);
}

function confirmedBy(rule: ClinicalRule, samples: readonly Sample[], judged: Judged, severity: number): number {
  const confirmed = confirmedSeverity(samples, rule.persistence);
  if (severity <= confirmed) return confirmed;
  const alone = areSpotChecks(contributorsTo(rule, judged), judged.last, rule.persistence.withinS * 1000);
  return alone ? severity : confirmed;
}

function watch(
  rule: ClinicalRule,
  policy: Policy,
  before: Watching | undefined,
  judged: Judged,
  severity: number,
  heldBack: boolean,
): Advanced {
  const contributors = (before?.contributors ?? 0) | (severity > 0 ? contributorsTo(rule, judged) : 0);
  if (!speaks(rule, contributors, judged, severity)) return { state: before };
  const samples = withSample(
    before?.samples ?? [],
    { at: judged.at, heardAt: judged.heardAt, severity },
    rule.persistence,
  );
  const confirmed = confirmedBy(rule, samples, judged, severity);
  if (confirmed > 0 && !heldBack) {
    const dispatched = rule.dispatch && judged.current;
    const state = activated(judged.at, confirmed, { samples, contributors }, dispatched);
    return { state, change: changeOf(rule, 'raised', judged.at, dispatched, reasonFor(rule, policy, judged)) };
  }
  const kept = fromFirstMet(samples);
  const outOfPlace = before?.outOfPlace ?? [];
  if (kept.length === 0 && outOfPlace.length === 0) return calm;
  return {
    state: { phase: 'watching', samples: kept, outOfPlace, contributors: kept.length === 0 ? 0 : contributors },
  };
}

function clearing(rule: ClinicalRule, policy: Policy, active: Active, judged: Judged): Active['clearing'] {
  const known = allKnown(active.contributors, judged) && isClear(rule, policy, judged);
  if (!known) return null;
  // A normal reading from the past says nothing of now: it neither ends the run nor lengthens it.
  if (!judged.current) return active.clearing;
  if (active.clearing === null) return { since: judged.at, readings: 1 };
  return { since: active.clearing.since, readings: active.clearing.readings + 1 };
}

function follow(
  rule: ClinicalRule,
  policy: Policy,
  active: Active,
  judged: Judged,
  severity: number,
  heldBack: boolean,
): Advanced {
  if ((judged.fresh & vitalsOf(rule)) === 0) return { state: active };
  if (severity === 0) {
    const samples = withSample(active.samples, { at: judged.at, heardAt: judged.heardAt, severity }, rule.persistence);
    const run = clearing(rule, policy, active, judged);
    const over = run !== null && run.readings >= rule.clear.readings && judged.at - run.since >= rule.clear.forS * 1000;
    if (!over || !judged.current)
      return { state: { ...active, samples, clearing: run, blind: !allKnown(active.contributors, judged) } };
    return { state: undefined, change: changeOf(rule, 'resolved', judged.at, false, reasonFor(rule, policy, judged)) };
  }
  if (!speaks(rule, active.contributors, judged, severity))
    return { state: { ...active, clearing: null, blind: false } };
  const samples = withSample(active.samples, { at: judged.at, heardAt: judged.heardAt, severity }, rule.persistence);
  const contributors = active.contributors | contributorsTo(rule, judged);
  const confirmed = confirmedBy(rule, samples, judged, severity);
  const dispatch = rule.dispatch && !active.dispatched && judged.current && confirmed > 0;
  const worse = confirmed - active.severity > rule.worsenBy - decimalNoise;
  const state: Active = {
    ...active,
    samples,
    contributors,
    clearing: null,
    blind: false,
    severity: worse ? confirmed : active.severity,
    dispatched: active.dispatched || dispatch,
  };
  // While the rule above it says so too, growing worse is that one's to tell.
  if ((!worse || heldBack) && !dispatch) return { state };
  return { state, change: changeOf(rule, 'worsened', judged.at, dispatch, reasonFor(rule, policy, judged)) };
}

/**
 * @param heldBack one of the rules named by `unless` is active: this one watches and is not raised
 */
export function advanceRule(
  rule: ClinicalRule,
  policy: Policy,
  before: RuleState | undefined,
  judged: Judged,
  heldBack: boolean,
): Advanced {
  const severity = severityOf(rule, policy, judged);
  if (before === undefined) return severity === 0 ? calm : watch(rule, policy, undefined, judged, severity, heldBack);
  if (before.phase === 'active') return follow(rule, policy, before, judged, severity, heldBack);
  return watch(rule, policy, before.phase === 'watching' ? before : undefined, judged, severity, heldBack);
}
