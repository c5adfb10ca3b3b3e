// From IEEE 11073 measurements to the vital signs of the rules. A value in a unit that is not the one expected is not
// guessed at: 98.6 read as °C would be a dead patient, and 37 read as °F another.
import type { Vital } from '@vitalseal/clinical';
import { decimalToNumber, type Measurement, mdc, mdcUnit } from '@vitalseal/protocol';
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

export function addMeasurements(series: Map<Vital, Series>, measurements: readonly Measurement[], at: number): void {
  for (const measurement of measurements) {
    const measured = vitalOf(measurement);
    if (measured === undefined) continue;
    const own = series.get(measured.vital) ?? new Series();
    series.set(measured.vital, own);
    own.add({ at, value: measured.value });
  }
}
