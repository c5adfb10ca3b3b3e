// The last readings, each with its age: a number without one is not a reading.
import { ageInWords, type ScoredVital, valueInWords, vitalNames } from '@vitalseal/clinician';
import { SourceMark } from '@vitalseal/clinician/react';
import classes from './last-readings.module.css';
import type { PatientCall } from './patient-call.ts';

const shown: readonly ScoredVital[] = [
  'respiration',
  'spo2',
  'oxygen',
  'systolic',
  'pulse',
  'temperature',
  'consciousness',
];

interface LastReadingsProps {
  readonly call: PatientCall;
  readonly now: number;
}

export function LastReadings({ call, now }: LastReadingsProps) {
  return (
    <dl className={classes.grid}>
      {shown.map((vital) => (
        <Reading key={vital} call={call} vital={vital} now={now} />
      ))}
    </dl>
  );
}

function Reading({ call, vital, now }: LastReadingsProps & { readonly vital: ScoredVital }) {
  const last = call.series.get(vital)?.lastKnown;
  const points = call.news2?.parts[vital] ?? null;
  const name = vital === 'systolic' ? 'Pressure' : vital === 'spo2' ? 'Saturation' : vitalNames[vital].name;
  return (
    <div className={classes.reading} data-points={points ?? 'missing'} data-vital={vital}>
      <dt className={classes.name}>
        {name}
        <span className={classes.unit}>{vitalNames[vital].unit}</span>
        {points !== null && points > 0 && (
          <span className={classes.points} data-points={points}>
            {points}
            <span className={classes.hidden}> points</span>
          </span>
        )}
      </dt>
      <dd className={classes.value} data-old={points === null && last !== undefined}>
        {last?.value == null ? '–' : `${valueInWords(vital, last.value)}${diastolic(call, vital, last.at)}`}
      </dd>
      <dd className={classes.age}>
        {last === undefined ? 'not measured' : `${ageInWords(now - last.at)} ago${points === null ? ', too old' : ''}`}{' '}
        <SourceMark source={last?.source} />
      </dd>
    </div>
  );
}

function diastolic(call: PatientCall, vital: ScoredVital, at: number): string {
  const last = vital === 'systolic' ? call.series.get('diastolic')?.lastKnown : undefined;
  return last?.value == null || last.at !== at ? '' : `/${valueInWords('diastolic', last.value)}`;
}
