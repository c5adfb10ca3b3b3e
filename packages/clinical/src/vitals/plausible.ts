// What a living patient's sensor can truly say. Everything else (NaN, infinities, negative numbers, the zero of a probe
// that fell off, sentinels such as -1, 999 or 65535) is missing, and missing is never normal.
//
// The ranges are wide on purpose: a value that is frightening but possible must be scored. People have survived a core
// temperature of 11.8 °C (Mroczek and others, 2020), and monitors show pulses up to 300 or 350 before they saturate.

import type { Measured, Values, Vital, VitalSet } from './vital.ts';
import { vitalBit, vitals } from './vital.ts';

export interface PlausibleRange {
  readonly least: number;
  readonly most: number;
}

/** Both ends belong to the range. No end is 0 but where 0 is a code (air, alert). */
export const plausibleRanges: { readonly [V in Vital]: PlausibleRange } = {
  respiration: { least: 0.1, most: 150 },
  spo2: { least: 1, most: 100 },
  oxygen: { least: 0, most: 1 },
  systolic: { least: 5, most: 350 },
  diastolic: { least: 5, most: 300 },
  pulse: { least: 1, most: 400 },
  consciousness: { least: 0, most: 4 },
  temperature: { least: 10, most: 50 },
};

/** Whether a value can be true of a patient. Written so that NaN fails every comparison. */
export function isPlausible(vital: Vital, value: number): boolean {
  const { least, most } = plausibleRanges[vital];
  if (!(value >= least && value <= most)) return false;
  return vital === 'oxygen' || vital === 'consciousness' ? Number.isInteger(value) : true;
}

export interface Inspected {
  readonly measured: Measured;
  readonly present: VitalSet;
  /** Vitals that were given a value which cannot be true. */
  readonly implausible: VitalSet;
}

function plausibleOrUndefined(vital: Vital, value: number | undefined): number | undefined {
  return typeof value === 'number' && isPlausible(vital, value) ? value : undefined;
}

/** Drops what cannot be true. */
export function measuredOf(values: Values): Measured {
  return {
    respiration: plausibleOrUndefined('respiration', values.respiration),
    spo2: plausibleOrUndefined('spo2', values.spo2),
    oxygen: plausibleOrUndefined('oxygen', values.oxygen),
    systolic: plausibleOrUndefined('systolic', values.systolic),
    diastolic: plausibleOrUndefined('diastolic', values.diastolic),
    pulse: plausibleOrUndefined('pulse', values.pulse),
    consciousness: plausibleOrUndefined('consciousness', values.consciousness),
    temperature: plausibleOrUndefined('temperature', values.temperature),
  };
}

/** Drops what cannot be true, and says which vitals remain and which were dropped. */
export function inspect(values: Values): Inspected {
  const measured = measuredOf(values);
  let present = 0;
  let implausible = 0;
  for (const vital of vitals) {
    if (measured[vital] !== undefined) present |= vitalBit[vital];
    else if (values[vital] !== undefined && values[vital] !== null) implausible |= vitalBit[vital];
  }
  return { measured, present, implausible };
}
