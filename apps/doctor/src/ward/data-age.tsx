// How old the last reading of a patient is; "late" once it is well past what this patient's sensor usually does.
import { ageInWords, type Patient, usualInterval } from '@vitalseal/clinician';
import { ClockIcon } from '@vitalseal/clinician/react';
import classes from './data-age.module.css';

const lateFactor = 3;
const neverLateBeforeMs = 30_000;
/** Where the sensor's rhythm is not known yet. */
const lateAnywayMs = 600_000;

interface DataAgeProps {
  readonly patient: Patient;
  readonly now: number;
}

export function DataAge({ patient, now }: DataAgeProps) {
  if (patient.lastMeasuredAt === undefined) return <span className={classes.age}>no reading yet</span>;
  const age = now - patient.lastMeasuredAt;
  return (
    <span className={classes.age} data-late={isLate(patient, now)}>
      {isLate(patient, now) && <ClockIcon size={14} />}
      {ageInWords(age)} ago
    </span>
  );
}

export function isLate(patient: Patient, now: number): boolean {
  if (patient.lastMeasuredAt === undefined) return true;
  const intervals = [...patient.series.values()].map((series) => usualInterval(series.samples));
  const usual = Math.min(...intervals);
  const allowed = Number.isFinite(usual) ? Math.max(neverLateBeforeMs, usual * lateFactor) : lateAnywayMs;
  return now - patient.lastMeasuredAt > allowed;
}
