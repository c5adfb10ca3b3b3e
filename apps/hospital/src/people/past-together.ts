/**
 * A phone that was away hands in hundreds of readings at once. Told one by one they would keep alarms, and what is
 * measured now, waiting in every feed: of what one moment brings of a patient, the last is told as live, and of those
 * before it only since when there are any. Whoever is looking at that patient asks for them.
 */
import type { WardEvent } from '../watch/ward-event.ts';

export interface PastReadings {
  readonly type: 'past';
  readonly patient: number;
  /** Measurement time of the earliest of them, UTC ms. */
  readonly from: number;
}

/** So many of one patient in one moment are told one by one. */
const mostSingly = 8;

export function withPastTogether(events: readonly WardEvent[]): readonly (WardEvent | PastReadings)[] {
  const left = new Map<number, number>();
  for (const event of events) {
    if (event.type === 'reading') left.set(event.patient, (left.get(event.patient) ?? 0) + 1);
  }
  const earliest = new Map<number, number>();
  for (const [patient, count] of left) if (count > mostSingly) earliest.set(patient, Number.POSITIVE_INFINITY);
  if (earliest.size === 0) return events;
  const told: (WardEvent | PastReadings)[] = [];
  for (const event of events) {
    const before = event.type === 'reading' ? earliest.get(event.patient) : undefined;
    if (event.type !== 'reading' || before === undefined) {
      told.push(event);
      continue;
    }
    const { patient, reading } = event;
    const from = Math.min(before, reading.measuredAt.utcMs);
    earliest.set(patient, from);
    const after = (left.get(patient) ?? 1) - 1;
    left.set(patient, after);
    if (after === 0) told.push({ type: 'past', patient, from }, event);
  }
  return told;
}
