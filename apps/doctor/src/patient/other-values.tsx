// What no rule reads and a clinician does: weight, glucose and the like, the newest of each.
import { type OtherValue, otherValueInWords, otherValueName, timeInWords } from '@vitalseal/clinician';
import { SourceMark } from '@vitalseal/clinician/react';
import classes from './other-values.module.css';

interface OtherValuesProps {
  readonly values: ReadonlyMap<number, OtherValue>;
  readonly now: number;
}

export function OtherValues({ values, now }: OtherValuesProps) {
  if (values.size === 0) return null;
  return (
    <section className={classes.others} aria-label="Other measurements">
      <h2 className={classes.title}>Other measurements</h2>
      <dl className={classes.list}>
        {[...values.values()].map(({ measurement, at, source }) => (
          <div className={classes.value} key={measurement.code}>
            <dt>{otherValueName(measurement)}</dt>
            <dd className={classes.figure}>{otherValueInWords(measurement)}</dd>
            <dd className={classes.time}>
              {timeInWords(at, now)} <SourceMark source={source} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
