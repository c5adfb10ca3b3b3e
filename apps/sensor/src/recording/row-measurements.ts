// A row of a recording as measurements. What is blank was not measured and is not sent: missing never travels as normal.

import type { Measurement } from '@vitalseal/protocol';
import type { RecordingRow } from '@vitalseal/recording';
import { consciousnessMeasurement, oxygenMeasurement, vitalMeasurement, vitalNumbers } from '@vitalseal/secure-element';

/** Empty for a row without values, which is no reading. */
export function rowMeasurements(row: RecordingRow): Measurement[] {
  const measurements: Measurement[] = [];
  for (const vital of vitalNumbers) {
    const value = row[vital];
    if (value !== undefined) measurements.push(vitalMeasurement(vital, value));
  }
  if (row.oxygen !== undefined) measurements.push(oxygenMeasurement(row.oxygen));
  if (row.consciousness !== undefined) measurements.push(consciousnessMeasurement(row.consciousness));
  return measurements;
}
