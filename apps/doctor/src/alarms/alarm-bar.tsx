// What nobody has answered yet, a strip a patient, above everything else on the page.
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
  // Grouping keeps the order: a patient stands where their most urgent alarm stands.
  const byPatient = [...Map.groupBy(unanswered, ({ patient }) => patient)];
  const hidden = byPatient.length - mostShown;
  return (
    <section className={classes.bar} aria-label="Unanswered alarms">
      <ul>
        {byPatient
          .slice(0, mostShown)
          .map(([patient, [first, ...others]]) =>
            first === undefined ? null : (
              <AlarmStrip
                key={patient}
                alarm={first}
                others={others}
                patientName={patients.get(patient)?.name ?? patient}
                onOpenPatient={() => onSelect(patient)}
              />
            ),
          )}
      </ul>
      {hidden > 0 && (
        <p className={classes.more}>
          and {hidden} more {hidden === 1 ? 'patient' : 'patients'} with unanswered alarms, first in the list below
        </p>
      )}
    </section>
  );
}
