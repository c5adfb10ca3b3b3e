// The alarms of the open patient: open ones in full, resolved ones folded away.
import { UnstyledButton } from '@mantine/core';
import { alarmsByUrgency, isOpen } from '@vitalseal/clinician';
import { useWard } from '@vitalseal/clinician/react';
import { useState } from 'react';
import { AlarmStrip } from './alarm-strip.tsx';
import classes from './patient-alarms.module.css';

export function PatientAlarms({ patient }: { readonly patient: string }) {
  const { alarms } = useWard();
  const [showEarlier, setShowEarlier] = useState(false);
  const own = alarmsByUrgency(alarms.values()).filter((alarm) => alarm.patient === patient);
  const open = own.filter(isOpen);
  const earlier = own.filter((alarm) => !isOpen(alarm));
  return (
    <section aria-label="Alarms">
      <ul>
        {open.map((alarm) => (
          <AlarmStrip key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      {earlier.length > 0 && (
        <UnstyledButton
          className={classes.earlier}
          aria-expanded={showEarlier}
          onClick={() => setShowEarlier(!showEarlier)}
        >
          {showEarlier ? 'Hide' : 'Show'} {earlier.length} resolved {earlier.length === 1 ? 'alarm' : 'alarms'}
        </UnstyledButton>
      )}
      {showEarlier && (
        <ul>
          {earlier.map((alarm) => (
            <AlarmStrip key={alarm.id} alarm={alarm} />
          ))}
        </ul>
      )}
    </section>
  );
}
