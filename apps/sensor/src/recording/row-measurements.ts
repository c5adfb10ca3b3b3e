// A row of a recording as the devices of IEEE 11073 would state it: code, unit, and a decimal that keeps the digits the
// row has. What is blank was not measured and is not sent: missing never travels as normal.

import { type Decimal, decimal, type Measurement, mdc, mdcUnit } from '@vitalseal/protocol';
import { consciousnessLetters, type NumberColumn, type RecordingRow } from '@vitalseal/recording';

const columns: readonly { readonly column: NumberColumn; readonly code: number; readonly unit: number }[] = [
  { column: 'hr', code: mdc.heartRate, unit: mdcUnit.beatsPerMinute },
  { column: 'spo2', code: mdc.pulseOximetrySaturation, unit: mdcUnit.percent },
  { column: 'resp', code: mdc.respirationRate, unit: mdcUnit.breathsPerMinute },
  { column: 'sbp', code: mdc.systolic, unit: mdcUnit.millimetresOfMercury },
  { column: 'dbp', code: mdc.diastolic, unit: mdcUnit.millimetresOfMercury },
  { column: 'temp', code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius },
];

/** Empty for a row without values, which is no reading. */
export function rowMeasurements(row: RecordingRow): Measurement[] {
  const measurements: Measurement[] = [];
  for (const { column, code, unit } of columns) {
    const value = row[column];
    if (value !== undefined) measurements.push({ code, unit, value: decimalOf(value) });
  }
  const { oxygen, consciousness } = row;
  const unit = mdcUnit.dimensionless;
  if (oxygen !== undefined) {
    measurements.push({ code: mdc.supplementalOxygen, unit, value: { mantissa: oxygen, exponent: 0 } });
  }
  if (consciousness !== undefined) {
    const mantissa = consciousnessLetters.indexOf(consciousness);
    measurements.push({ code: mdc.consciousness, unit, value: { mantissa, exponent: 0 } });
  }
  return measurements;
}

const mostDecimals = 3;

/** As many decimals as the number is written with, up to a thousandth: no vital sign is known better. */
function decimalOf(value: number): Decimal {
  const [, fraction = ''] = String(Number(value.toFixed(mostDecimals))).split('.');
  return decimal(value, fraction === '' ? 0 : -fraction.length);
}
