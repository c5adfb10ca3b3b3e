// Whether anybody is there to see an alarm. With nobody, the office is the place where that is noticed.
import { UnreadableIcon } from '@vitalseal/clinician/react';
import { useOfficeState } from './office-context.tsx';
import classes from './watch-bar.module.css';

export function WatchBar() {
  const { watch, self } = useOfficeState();
  if (watch === undefined || self.role === 'auditor') return null;
  const { doctorsOnCall, doctorsSeeing, crewsOnCall, crewsSeeing } = watch;
  const nobody = doctorsSeeing === 0;
  return (
    <div className={classes.bar} data-nobody={nobody} role={nobody ? 'alert' : 'status'}>
      {nobody && <UnreadableIcon size={20} />}
      <p>
        {nobody && <strong>No doctor sees alarms now. </strong>}
        Doctors on call: {doctorsOnCall}, of whom {doctorsSeeing} {doctorsSeeing === 1 ? 'sees' : 'see'} alarms. Crews
        on call: {crewsOnCall}, of whom {crewsSeeing} {crewsSeeing === 1 ? 'sees' : 'see'} calls.
      </p>
    </div>
  );
}
