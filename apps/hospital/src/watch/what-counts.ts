/**
 * What the rules take of a reading. A standard sensor proves nothing, and whoever is near may imitate it: while a sealed
 * sensor says what a vital sign is, none that was open on its way speaks against it, or it could silence an alarm.
 */
import { type Measurement, type Reading, sourceOf } from '@vitalseal/protocol';
import { vitalOfCode } from './clinical-values.ts';
import type { MonitoredPatient } from './monitored-patient.ts';

/** For as long as the sealed value is valid; where there is none, what came open is better than nothing. */
export function whatCounts(
  { last, policy }: Pick<MonitoredPatient, 'last' | 'policy'>,
  reading: Reading,
): readonly Measurement[] {
  if (sourceOf(reading) !== 'standard-sensor') return reading.measurements;
  const at = reading.measuredAt.utcMs;
  const sealed = new Set<string>();
  for (const { measurement, measuredAt, source } of last.values()) {
    const vital = vitalOfCode(measurement.code);
    if (vital === undefined || source !== undefined || typeof measurement.value === 'string') continue;
    if (Math.abs(at - measuredAt) <= policy.validityS[vital] * 1000) sealed.add(vital);
  }
  return reading.measurements.filter(({ code }) => {
    const vital = vitalOfCode(code);
    return vital === undefined || !sealed.has(vital);
  });
}
