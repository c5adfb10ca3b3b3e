// The height of each signal: fixed, so that the same slope means the same thing for every patient, and only widened
// where a value lies outside. Ticks are the edges of the NEWS2 bands, which are the figures that mean something.
import type { Vital } from '@vitalseal/clinical';

export interface SignalScale {
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly number[];
}

export const signalScales: Partial<Record<Vital, SignalScale>> = {
  respiration: { least: 4, most: 32, ticks: [12, 20] },
  spo2: { least: 84, most: 101, ticks: [88, 92, 96] },
  systolic: { least: 40, most: 180, ticks: [70, 110, 150] },
  pulse: { least: 35, most: 145, ticks: [50, 90, 130] },
  temperature: { least: 34.5, most: 40, ticks: [36, 38] },
};

/** Room between an extreme value and the edge, as a part of the height. */
const margin = 0.06;

export function widened(
  scale: SignalScale,
  values: Iterable<number | null | undefined>,
): [least: number, most: number] {
  let { least, most } = scale;
  for (const value of values) {
    if (value == null) continue;
    const room = (scale.most - scale.least) * margin;
    if (value < least) least = value - room;
    if (value > most) most = value + room;
  }
  return [least, most];
}
