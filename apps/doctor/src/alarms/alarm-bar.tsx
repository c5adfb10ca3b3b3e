// What nobody has answered yet, of any patient, above everything else on the page.
import { alarmsByUrgency, needsSomeone } from '@vitalseal/clinician';
import { useWard } from '@vitalseal/clinician/react';
import classes from './alarm-bar.module.css';
import { AlarmStrip } from './alarm-strip.tsx';

const mostShown = 3;

interface AlarmBarProps {
  /** Its alarms stand in its own view. */
  readonly except: string | undefined;
  readonly onSelect: (patient: string) => void;
}

export function AlarmBar({ except, onSelect }: AlarmBarProps) {
  const { alarms, patients } = useWard();
  const unanswered = alarmsByUrgency(alarms.values()).filter(
    (alarm) => needsSomeone(alarm) && alarm.patient !== except,
  );
  if (unanswered.length === 0) return null;
  const hidden = unanswered.length - mostShown;
  return (
    <section className={classes.bar} aria-label="Unanswered alarms">
      <ul>
        {unanswered.slice(0, mostShown).map((alarm) => (
          <AlarmStrip
            key={alarm.id}
            alarm={alarm}
            patientName={patients.get(alarm.patient)?.name ?? alarm.patient}
            onOpenPatient={() => onSelect(alarm.patient)}
          />
        ))}
      </ul>
      {hidden > 0 && <p className={classes.more}>and {hidden} more unanswered, marked in the list below</p>}
    </section>
  );
}
