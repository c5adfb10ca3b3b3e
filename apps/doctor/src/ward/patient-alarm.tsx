// The most urgent open alarm of a patient in one line.
import { alarmsByUrgency, isOpen, needsSomeone } from '@vitalseal/clinician';
import { PriorityMark, useWard } from '@vitalseal/clinician/react';
import classes from './patient-alarm.module.css';

export function PatientAlarm({ patient }: { readonly patient: string }) {
  const { alarms } = useWard();
  const open = alarmsByUrgency(alarms.values()).filter((alarm) => alarm.patient === patient && isOpen(alarm));
  const first = open[0];
  if (first === undefined) return null;
  return (
    <span className={classes.alarm}>
      <PriorityMark priority={first.priority} answered={!needsSomeone(first)} />
      <span className={classes.reason}>{first.reasons[0] ?? first.rule}</span>
      {open.length > 1 && <span className={classes.more}>+{open.length - 1}</span>}
    </span>
  );
}
