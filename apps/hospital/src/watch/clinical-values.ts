/** PD as the rules want it: IEEE 11073 measurements to plain numbers. What is not in the unit expected is missing, never guessed. */
import type { Values, Vital } from '@vitalseal/clinical';
import { type Decimal, decimalToNumber, type Measurement, mdc, mdcUnit } from '@vitalseal/protocol';

const vitalOf = new Map<number, { readonly vital: Vital; readonly unit: number }>([
  // Of an electrocardiogram, an oximeter, a cuff: what the rules call pulse.
  [mdc.heartRate, { vital: 'pulse', unit: mdcUnit.beatsPerMinute }],
  [mdc.pulseRate, { vital: 'pulse', unit: mdcUnit.beatsPerMinute }],
  [mdc.pulseRateOfCuff, { vital: 'pulse', unit: mdcUnit.beatsPerMinute }],
  [mdc.pulseOximetrySaturation, { vital: 'spo2', unit: mdcUnit.percent }],
  [mdc.respirationRate, { vital: 'respiration', unit: mdcUnit.breathsPerMinute }],
  [mdc.systolic, { vital: 'systolic', unit: mdcUnit.millimetresOfMercury }],
  [mdc.diastolic, { vital: 'diastolic', unit: mdcUnit.millimetresOfMercury }],
  [mdc.bodyTemperature, { vital: 'temperature', unit: mdcUnit.degreesCelsius }],
  [mdc.consciousness, { vital: 'consciousness', unit: mdcUnit.dimensionless }],
  [mdc.supplementalOxygen, { vital: 'oxygen', unit: mdcUnit.dimensionless }],
]);

export function vitalOfCode(code: number): Vital | undefined {
  return vitalOf.get(code)?.vital;
}

/** Special values (NaN, NRes, infinities) become NaN: the rules count them as implausible, which is not the same as absent. */
export function clinicalValues(measurements: readonly Measurement[]): Values {
  const values: { [V in Vital]?: number } = {};
  for (const { code, unit, value } of measurements) {
    const known = vitalOf.get(code);
    if (known === undefined || known.unit !== unit) continue;
    values[known.vital] = typeof value === 'string' ? Number.NaN : plain(value);
  }
  return values;
}

function plain(value: Decimal): number {
  return value.exponent === 0 ? value.mantissa : decimalToNumber(value);
}
