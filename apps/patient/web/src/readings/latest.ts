// The newest reading of each kind that was measured at all.
import type { ShownReading } from '../phone/phone-state.ts';
import { type Kind, kinds, kindsIn } from './kinds.ts';

export interface Latest {
  readonly kind: Kind;
  readonly reading: ShownReading;
}

export function latestOfEach(readings: readonly ShownReading[]): Latest[] {
  const found = new Map<Kind, ShownReading>();
  for (let i = readings.length - 1; i >= 0 && found.size < kinds.length; i -= 1) {
    const reading = readings[i];
    if (reading === undefined) continue;
    for (const kind of kindsIn(reading.measurements)) if (!found.has(kind)) found.set(kind, reading);
  }
  return kinds.flatMap((kind) => {
    const reading = found.get(kind);
    return reading ? [{ kind, reading }] : [];
  });
}

/** From a sensor: the age of what a patient typed says nothing about the link. */
export function lastOfSensor(readings: readonly ShownReading[]): ShownReading | undefined {
  return readings.findLast(({ source }) => source.kind !== 'entered');
}
