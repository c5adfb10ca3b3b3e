// From IEEE 11073 measurements to the vital signs of the rules. A value in a unit that is not the one expected is not
// guessed at: 98.6 read as °C would be a dead patient, and 37 read as °F another.
import type { Vital } from '@vitalseal/clinical';
import {
  decimalToNumber,
  type Measurement,
  mdc,
  mdcUnit,
  type OpenSource,
  type Reading,
  sourceOf,
} from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import { Series } from './series.ts';

interface Kind {
  readonly vital: Vital;
  readonly unit: number;
}

const kinds: ReadonlyMap<number, Kind> = new Map([
  [mdc.respirationRate, { vital: 'respiration', unit: mdcUnit.breathsPerMinute }],
  [mdc.pulseOximetrySaturation, { vital: 'spo2', unit: mdcUnit.percent }],
  [mdc.supplementalOxygen, { vital: 'oxygen', unit: mdcUnit.dimensionless }],
  [mdc.systolic, { vital: 'systolic', unit: mdcUnit.millimetresOfMercury }],
  [mdc.diastolic, { vital: 'diastolic', unit: mdcUnit.millimetresOfMercury }],
  [mdc.heartRate, { vital: 'pulse', unit: mdcUnit.beatsPerMinute }],
  [mdc.pulseRate, { vital: 'pulse', unit: mdcUnit.beatsPerMinute }],
  [mdc.pulseRateOfCuff, { vital: 'pulse', unit: mdcUnit.beatsPerMinute }],
  [mdc.consciousness, { vital: 'consciousness', unit: mdcUnit.dimensionless }],
  [mdc.bodyTemperature, { vital: 'temperature', unit: mdcUnit.degreesCelsius }],
]);

export interface MeasuredVital {
  readonly vital: Vital;
  /** Null for a special value: the sensor answered, but not with a number. */
  readonly value: number | null;
}

/** Undefined for what is no vital sign of the rules. @throws ClinicianError `message-not-understood` */
export function vitalOf({ code, unit, value }: Measurement): MeasuredVital | undefined {
  const kind = kinds.get(code);
  if (kind === undefined) return undefined;
  if (unit !== kind.unit) {
    throw new ClinicianError('message-not-understood', `expected ${kind.vital} in its usual unit`);
  }
  return { vital: kind.vital, value: typeof value === 'string' ? null : decimalToNumber(value) };
}

/** One value of a patient, with how it came where that was not from a sealed sensor. */
export interface Measured {
  readonly measurement: Measurement;
  readonly measuredAt: number;
  readonly source?: OpenSource;
}

export function measuredOf(reading: Reading): Measured[] {
  const source = sourceOf(reading);
  return reading.measurements.map((measurement) => ({
    measurement,
    measuredAt: reading.measuredAt.utcMs,
    ...(source !== 'sealed-sensor' && { source }),
  }));
}

export function addMeasured(series: Map<Vital, Series>, measured: readonly Measured[]): void {
  for (const { measurement, measuredAt: at, source } of measured) {
    const vital = vitalOf(measurement);
    if (vital === undefined) continue;
    const own = series.get(vital.vital) ?? new Series();
    series.set(vital.vital, own);
    own.add({ at, value: vital.value, ...(source && { source }) });
  }
}
