// A vital sign as the devices of IEEE 11073 state it: code, unit, and a decimal that keeps the digits the value has.
// For the sensor, and for what the patient enters by hand.

import { type Decimal, decimal, type Measurement, mdc, mdcUnit } from '@vitalseal/protocol';

const numbers = {
  hr: { code: mdc.heartRate, unit: mdcUnit.beatsPerMinute },
  spo2: { code: mdc.pulseOximetrySaturation, unit: mdcUnit.percent },
  resp: { code: mdc.respirationRate, unit: mdcUnit.breathsPerMinute },
  sbp: { code: mdc.systolic, unit: mdcUnit.millimetresOfMercury },
  dbp: { code: mdc.diastolic, unit: mdcUnit.millimetresOfMercury },
  temp: { code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius },
} as const;

/** By the column names of a recording. */
export type VitalNumber = keyof typeof numbers;
export const vitalNumbers = Object.keys(numbers) as VitalNumber[];

/** Alert, new confusion, voice, pain, unresponsive; sent as 0 to 4. */
export const consciousnessLevels = ['A', 'C', 'V', 'P', 'U'] as const;
export type ConsciousnessLevel = (typeof consciousnessLevels)[number];

/** @throws ProtocolError `measurement-malformed` for a value no device could state */
export function vitalMeasurement(vital: VitalNumber, value: number): Measurement {
  return { ...numbers[vital], value: decimalOf(value) };
}

/** @param oxygen 1 while the patient breathes supplemental oxygen, 0 on air */
export function oxygenMeasurement(oxygen: 0 | 1): Measurement {
  return dimensionless(mdc.supplementalOxygen, oxygen);
}

export function consciousnessMeasurement(level: ConsciousnessLevel): Measurement {
  return dimensionless(mdc.consciousness, consciousnessLevels.indexOf(level));
}

function dimensionless(code: number, mantissa: number): Measurement {
  return { code, unit: mdcUnit.dimensionless, value: { mantissa, exponent: 0 } };
}

const mostDecimals = 3;

/** As many decimals as the number is written with, up to a thousandth: no vital sign is known better. */
function decimalOf(value: number): Decimal {
  const [, fraction = ''] = String(Number(value.toFixed(mostDecimals))).split('.');
  return decimal(value, fraction === '' ? 0 : -fraction.length);
}
