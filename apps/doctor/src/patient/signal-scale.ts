// The height of each signal: fixed, so that the same slope means the same thing for every patient, and only widened
// where a value lies outside. Ticks are the edges of the NEWS2 bands, which are the figures that mean something.
import type { Vital } from '@vitalseal/clinical';

export interface SignalScale {
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly number[];
}

export const signalScales: Partial<Record<Vital, SignalScale>> = {
  respiration: { least: 4, most: 34, ticks: [8, 12, 20, 25] },
  spo2: { least: 84, most: 100, ticks: [88, 92, 96, 100] },
  systolic: { least: 40, most: 190, ticks: [60, 90, 110, 160] },
  pulse: { least: 35, most: 150, ticks: [50, 90, 110, 130] },
  temperature: { least: 34.5, most: 40, ticks: [35, 36, 38, 39] },
};

export function widened(
  scale: SignalScale,
  values: Iterable<number | null | undefined>,
): [least: number, most: number] {
  let { least, most } = scale;
  for (const value of values) {
    if (value == null) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}
