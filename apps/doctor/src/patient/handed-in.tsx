// What came late says so for a day: the chart did not show it when somebody looked before.
import { type Patient, timeInWords } from '@vitalseal/clinician';
import { ClockIcon } from '@vitalseal/clinician/react';
import classes from '../ward/data-age.module.css';

const saidForMs = 24 * 3_600_000;

export function HandedIn({ patient: { handedInLate }, now }: { readonly patient: Patient; readonly now: number }) {
  if (handedInLate === undefined || now - handedInLate.at > saidForMs) return null;
  const { from, at } = handedInLate;
  return (
    <span className={classes.age}>
      <ClockIcon size={14} />
      readings since {timeInWords(from, now)} came late, by {timeInWords(at, now)}
    </span>
  );
}
