// One value in the ward's table. Points stand beside it as a figure, not as a colour alone; what is missing or no longer
// valid is never shown like a current value.
import { type Patient, type ScoredVital, timeInWords, valueInWords } from '@vitalseal/clinician';
import { SourceMark } from '@vitalseal/clinician/react';
import classes from './vital-value.module.css';

interface VitalValueProps {
  readonly patient: Patient;
  readonly vital: ScoredVital;
  readonly now: number;
}

export function VitalValue({ patient, vital, now }: VitalValueProps) {
  const points = patient.news2?.parts[vital] ?? null;
  const last = patient.series.get(vital)?.lastKnown;
  if (last?.value == null) {
    return (
      <span className={classes.missing} title="never measured">
        –
      </span>
    );
  }
  const text = valueInWords(vital, last.value, patient.scale);
  const pressure = vital === 'systolic' ? diastolicBeside(patient, last.at) : '';
  if (points === null) {
    return (
      <span className={classes.old} title={`last known at ${timeInWords(last.at, now)}, no longer counted`}>
        <s>
          {text}
          {pressure}
        </s>
        <span className={classes.since}>{timeInWords(last.at, now)}</span>
      </span>
    );
  }
  return (
    <span className={classes.value} data-points={points}>
      {text}
      {pressure}
      {points > 0 && <PointsFlag points={points} />}
      <SourceMark source={last.source} compact />
    </span>
  );
}

export function PointsFlag({ points }: { readonly points: number }) {
  return (
    <span className={classes.flag} data-points={points} role="img" aria-label={`${points} points`}>
      {points}
    </span>
  );
}

/** Only of the same measurement: an old diastolic beside a new systolic would be a pressure nobody had. */
function diastolicBeside(patient: Patient, at: number): string {
  const diastolic = patient.series.get('diastolic')?.lastKnown;
  return diastolic?.value == null || diastolic.at !== at ? '' : `/${valueInWords('diastolic', diastolic.value)}`;
}
