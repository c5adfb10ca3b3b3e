// A sensor's units in those that the hospital's rules expect: 98.6 read as °C would be a dead patient. What is only a shift
// of the decimal point stays exact; the rest keeps about as many digits as the sensor gave.

import { type Decimal, decimal, decimalToNumber, type Measurement, mdcUnit } from '@vitalseal/protocol';
import type { MedicalFloat } from './medical-float.ts';

type Value = Measurement['value'];

/** @param least the power of ten below which nobody knows the value */
function converted(value: MedicalFloat, convert: (n: number) => number, least: number): Value {
  if (typeof value === 'string') return value;
  const exponent = Math.min(0, Math.max(least, value.exponent));
  const result = convert(decimalToNumber(value));
  // Beyond what 24 bits hold there is no patient, only a broken or hostile sensor.
  return Math.abs(result) < 1e4 ? decimal(result, exponent) : 'nres';
}

function shifted(value: MedicalFloat, by: number): Value {
  return typeof value === 'string' ? value : { mantissa: value.mantissa, exponent: value.exponent + by };
}

export function celsius(value: MedicalFloat, unit: 'C' | 'F'): Value {
  if (unit === 'C') return value;
  return converted(value, (fahrenheit) => (fahrenheit - 32) / 1.8, -2);
}

const mmHgOfKilopascal = 7.500_616_83;

export function millimetresOfMercury(value: MedicalFloat, unit: 'mmHg' | 'kPa'): Value {
  if (unit === 'mmHg') return value;
  return converted(value, (kilopascals) => kilopascals * mmHgOfKilopascal, -1);
}

const kilogramsOfPound = 0.453_592_37;

export function kilograms(value: Decimal | 'nan', unit: 'kg' | 'lb'): Value {
  if (unit === 'kg') return value;
  return converted(value, (pounds) => pounds * kilogramsOfPound, -2);
}

const metresOfInch = 0.0254;

export function metres(value: Decimal, unit: 'm' | 'in'): Value {
  if (unit === 'm') return value;
  return converted({ ...value, exponent: -3, mantissa: value.mantissa * 100 }, (inches) => inches * metresOfInch, -3);
}

export function glucose(value: MedicalFloat, unit: 'kg/L' | 'mol/L'): { readonly value: Value; readonly unit: number } {
  if (unit === 'mol/L') return { value: shifted(value, 3), unit: mdcUnit.millimolesPerLitre };
  return { value: shifted(value, 5), unit: mdcUnit.milligramsPerDecilitre };
}
