// Readings that came long after they were measured: a phone was without a network, or a sensor out of reach. They stand at
// their own time like any other, and beside the patient stands since when that was so: whoever looked at the chart before
// did not see them.
import type { Past } from '@vitalseal/protocol';
import { withPatient } from './patient.ts';
import type { HandedInLate, Patient, Ward } from './ward.ts';

/** As the patient's card has it. */
const lateAfterMs = 5 * 60_000;
/** What comes in so short a time is one backlog, in many parts. */
const oneBacklogMs = 10 * 60_000;

/** Whoever shows the patient asks for the readings themselves. */
export function receivePast(ward: Ward, { patient: { id }, from, at }: Past): Ward {
  const before = ward.patients.get(id);
  return before ? { ...ward, patients: withPatient(ward, { ...before, ...handedIn(before, from, at) }) } : ward;
}

/** @param at when the hospital stored it, UTC ms */
export function handedIn(
  { handedInLate: before }: Patient,
  measuredAt: number,
  at: number,
): { readonly handedInLate?: HandedInLate } {
  if (at - measuredAt <= lateAfterMs) return before ? { handedInLate: before } : {};
  const goesOn = before !== undefined && at - before.at <= oneBacklogMs;
  return { handedInLate: { from: goesOn ? Math.min(before.from, measuredAt) : measuredAt, at } };
}
