// What standard sensors measure beside the vital signs of the rules: weight, glucose, mean pressure. No rule reads it; a
// clinician does, so the newest of each kind is shown with its time and how it came.
import { type Decimal, type Measurement, mdc, mdcUnit, type OpenSource, type SpecialValue } from '@vitalseal/protocol';

export interface OtherValue {
  readonly measurement: Measurement;
  readonly at: number;
  readonly source?: OpenSource;
}

const names: ReadonlyMap<number, string> = new Map([
  [mdc.meanPressure, 'Mean arterial pressure'],
  [mdc.pulseAmplitude, 'Pulse amplitude'],
  [mdc.bodyMass, 'Weight'],
  [mdc.bodyLength, 'Height'],
  [mdc.bodyMassIndex, 'Body mass index'],
  [mdc.glucose, 'Glucose'],
  [mdc.glucoseCapillaryBlood, 'Glucose, capillary blood'],
  [mdc.glucoseCapillaryPlasma, 'Glucose, capillary plasma'],
  [mdc.glucoseVenousBlood, 'Glucose, venous blood'],
  [mdc.glucoseVenousPlasma, 'Glucose, venous plasma'],
  [mdc.glucoseArterialBlood, 'Glucose, arterial blood'],
  [mdc.glucoseArterialPlasma, 'Glucose, arterial plasma'],
  [mdc.glucoseInterstitial, 'Glucose, interstitial fluid'],
  [mdc.glucoseBlood, 'Glucose, blood'],
  [mdc.glucosePlasma, 'Glucose, plasma'],
]);

const units: ReadonlyMap<number, string> = new Map<number, string>([
  [mdcUnit.dimensionless, ''],
  [mdcUnit.percent, '%'],
  [mdcUnit.beatsPerMinute, '/min'],
  [mdcUnit.millimetresOfMercury, 'mmHg'],
  [mdcUnit.kilograms, 'kg'],
  [mdcUnit.metres, 'm'],
  [mdcUnit.kilogramsPerSquareMetre, 'kg/m²'],
  [mdcUnit.milligramsPerDecilitre, 'mg/dL'],
  [mdcUnit.millimolesPerLitre, 'mmol/L'],
]);

const specials: Readonly<Record<SpecialValue, string>> = {
  nan: 'could not be measured',
  nres: 'out of resolution',
  '+infinity': 'above what the device can measure',
  '-infinity': 'below what the device can measure',
  reserved: 'no number',
};

/** A code that is not known here is shown by its number: a value nobody can name is better seen than lost. */
export function otherValueName({ code }: Measurement): string {
  return names.get(code) ?? `Measurement ${code}`;
}

export function otherValueInWords({ unit, value }: Measurement): string {
  if (typeof value === 'string') return specials[value];
  const named = units.get(unit) ?? `(unit ${unit})`;
  return named === '' ? written(value) : `${written(value)} ${named}`;
}

// With the digits that the device gave: 70.50 kg was weighed to 50 g at the worst.
function written({ mantissa, exponent }: Decimal): string {
  if (exponent < -20 || exponent > 20) return String(Number(`${mantissa}e${exponent}`));
  return Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, -exponent));
}

export function withOtherValue(
  others: ReadonlyMap<number, OtherValue>,
  value: OtherValue,
): ReadonlyMap<number, OtherValue> {
  const before = others.get(value.measurement.code);
  if (before !== undefined && before.at > value.at) return others;
  return new Map(others).set(value.measurement.code, value);
}
