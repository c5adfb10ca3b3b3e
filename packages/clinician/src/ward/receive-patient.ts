// The hospital's word on a patient: a summary, a live reading, a stretch of the past.
import type { Vital } from '@vitalseal/clinical';
import type { History, LiveReading, PatientSummary } from '@vitalseal/protocol';
import { handedIn } from './handed-in-late.ts';
import { addMeasured, type Measured, measuredOf, vitalOf } from './measured-vitals.ts';
import { type OtherValue, withOtherValue } from './other-values.ts';
import { patientOf, withPatient } from './patient.ts';
import { alarmsAfter } from './receive-alarm.ts';
import type { Series } from './series.ts';
import type { Patient, Ward } from './ward.ts';

export function receivePatient(ward: Ward, message: PatientSummary): Ward {
  const before = patientOf(ward, message.patient);
  const series = new Map(before.series);
  addMeasured(series, message.last);
  const latest = message.last.map(({ measuredAt }) => measuredAt);
  const { bed: _bed, ...rest } = before;
  const patient: Patient = {
    ...rest,
    name: message.name,
    ...(message.bed !== undefined && { bed: message.bed }),
    scale: message.scale,
    ...(message.news2 && { news2: message.news2 }),
    series,
    ...othersWith(before, message.last),
    ...lastMeasured(before.lastMeasuredAt, latest),
    ...(message.location && { location: message.location }),
  };
  return { ...ward, alarms: alarmsAfter(ward, message), patients: withPatient(ward, patient) };
}

export function receiveReading(ward: Ward, { patient: who, reading, news2, at }: LiveReading): Ward {
  const before = patientOf(ward, who);
  const series = new Map<Vital, Series>(before.series);
  const measured = measuredOf(reading);
  addMeasured(series, measured);
  const patient: Patient = {
    ...before,
    series,
    ...othersWith(before, measured),
    ...lastMeasured(before.lastMeasuredAt, [reading.measuredAt.utcMs]),
    ...handedIn(before, reading.measuredAt.utcMs, at),
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
  const measured = readings.flatMap(measuredOf);
  addMeasured(series, measured);
  const latest = readings.map(({ measuredAt }) => measuredAt.utcMs);
  const patient: Patient = {
    ...before,
    series,
    ...othersWith(before, measured),
    ...lastMeasured(before.lastMeasuredAt, latest),
  };
  return { ...ward, patients: withPatient(ward, patient) };
}

/** What is no vital sign of the rules. */
function othersWith({ others }: Patient, measured: readonly Measured[]): { others?: ReadonlyMap<number, OtherValue> } {
  let after: ReadonlyMap<number, OtherValue> = others ?? new Map();
  for (const { measurement, measuredAt: at, source } of measured) {
    if (vitalOf(measurement) === undefined)
      after = withOtherValue(after, { measurement, at, ...(source && { source }) });
  }
  return after.size > 0 ? { others: after } : {};
}

function lastMeasured(before: number | undefined, times: readonly number[]): { lastMeasuredAt?: number } {
  const last = Math.max(before ?? -Infinity, ...times);
  return Number.isFinite(last) ? { lastMeasuredAt: last } : {};
}
