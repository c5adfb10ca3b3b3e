// The hospital's word on a patient: a summary, a live reading, a stretch of the past.
import type { Vital } from '@vitalseal/clinical';
import type { History, LiveReading, PatientSummary } from '@vitalseal/protocol';
import { addMeasurements } from './measured-vitals.ts';
import { patientOf, withPatient } from './patient.ts';
import { alarmsAfter } from './receive-alarm.ts';
import type { Series } from './series.ts';
import type { Patient, Ward } from './ward.ts';

export function receivePatient(ward: Ward, message: PatientSummary): Ward {
  const before = patientOf(ward, message.patient);
  const series = new Map(before.series);
  for (const { measurement, measuredAt } of message.last) addMeasurements(series, [measurement], measuredAt);
  const latest = message.last.map(({ measuredAt }) => measuredAt);
  const { bed: _bed, ...rest } = before;
  const patient: Patient = {
    ...rest,
    name: message.name,
    ...(message.bed !== undefined && { bed: message.bed }),
    scale: message.scale,
    ...(message.news2 && { news2: message.news2 }),
    series,
    ...lastMeasured(before.lastMeasuredAt, latest),
    ...(message.location && { location: message.location }),
  };
  return { ...ward, alarms: alarmsAfter(ward, message), patients: withPatient(ward, patient) };
}

export function receiveReading(ward: Ward, { patient: who, reading, news2 }: LiveReading): Ward {
  const before = patientOf(ward, who);
  const series = new Map<Vital, Series>(before.series);
  addMeasurements(series, reading.measurements, reading.measuredAt.utcMs);
  const patient: Patient = {
    ...before,
    series,
    ...lastMeasured(before.lastMeasuredAt, [reading.measuredAt.utcMs]),
    ...(news2 && { news2 }),
    ...(reading.location && { location: reading.location }),
  };
  return { ...ward, patients: withPatient(ward, patient) };
}

export function receiveHistory(ward: Ward, { patient: who, readings }: History): Ward {
  const before = ward.patients.get(who.id);
  // The past of someone whom the hospital does not show any more.
  if (before === undefined) return ward;
  const series = new Map<Vital, Series>(before.series);
  for (const reading of readings) addMeasurements(series, reading.measurements, reading.measuredAt.utcMs);
  const latest = readings.map(({ measuredAt }) => measuredAt.utcMs);
  const patient: Patient = { ...before, series, ...lastMeasured(before.lastMeasuredAt, latest) };
  return { ...ward, patients: withPatient(ward, patient) };
}

function lastMeasured(before: number | undefined, times: readonly number[]): { lastMeasuredAt?: number } {
  const last = Math.max(before ?? -Infinity, ...times);
  return Number.isFinite(last) ? { lastMeasuredAt: last } : {};
}
