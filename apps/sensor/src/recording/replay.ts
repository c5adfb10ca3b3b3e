// A recording as a schedule: each row of one patient at its place on the replay's clock. The first row stands at the
// clock's origin; a row without a value is a moment at which nothing was measured.

import type { Measurement } from '@vitalseal/protocol';
import type { RecordingRow } from '@vitalseal/recording';
import { SensorError } from '../errors.ts';
import { rowMeasurements } from './row-measurements.ts';

export interface ScheduledReading {
  /** UTC ms on the replay's clock. */
  readonly measuredAt: number;
  readonly measurements: readonly Measurement[];
}

/** @throws SensorError `sensor-recording-patient` if the rows are of several patients and none was chosen */
export function rowsOfPatient(rows: readonly RecordingRow[], patient: string | undefined): readonly RecordingRow[] {
  const patients = new Set(rows.map((row) => row.patient));
  if (patient === undefined) {
    if (patients.size > 1) {
      throw new SensorError('sensor-recording-patient', 'expected a choice among the patients of the recording');
    }
    return rows;
  }
  if (!patients.has(patient)) {
    throw new SensorError('sensor-recording-patient', 'expected a patient that is in the recording');
  }
  return rows.filter((row) => row.patient === patient);
}

/** @param origin UTC ms of the first row */
export function scheduleOf(rows: readonly RecordingRow[], origin: number): ScheduledReading[] {
  const first = rows[0]?.timeS ?? 0;
  const readings: ScheduledReading[] = [];
  for (const row of rows) {
    const measurements = rowMeasurements(row);
    if (measurements.length > 0) {
      readings.push({ measuredAt: Math.round(origin + (row.timeS - first) * 1000), measurements });
    }
  }
  return readings;
}
