/**
 * A phone that was away hands in hundreds of readings at once. Told one by one they would keep alarms, and what is
 * measured now, waiting in every feed: of what one moment brings of a patient, the last is told as live and those
 * before it together, as a stretch of the past.
 */
import type { Reading } from '@vitalseal/protocol';
import type { WardEvent } from '../watch/ward-event.ts';

export interface PastReadings {
  readonly type: 'past';
  readonly patient: number;
  /** Ascending in time. */
  readonly readings: readonly Reading[];
}

/** So many of one patient in one moment are told one by one. */
const mostSingly = 8;

export function withPastTogether(events: readonly WardEvent[]): readonly (WardEvent | PastReadings)[] {
  const left = new Map<number, number>();
  for (const event of events) {
    if (event.type === 'reading') left.set(event.patient, (left.get(event.patient) ?? 0) + 1);
  }
  const past = new Map<number, Reading[]>();
  for (const [patient, count] of left) if (count > mostSingly) past.set(patient, []);
  if (past.size === 0) return events;
  const told: (WardEvent | PastReadings)[] = [];
  for (const event of events) {
    const readings = event.type === 'reading' ? past.get(event.patient) : undefined;
    if (event.type !== 'reading' || readings === undefined) {
      told.push(event);
      continue;
    }
    const { patient, reading } = event;
    const after = (left.get(patient) ?? 1) - 1;
    left.set(patient, after);
    if (after > 0) readings.push(reading);
    else told.push({ type: 'past', patient, readings: readings.sort(byTime) }, event);
  }
  return told;
}

function byTime(a: Reading, b: Reading): number {
  return a.measuredAt.utcMs - b.measuredAt.utcMs;
}
