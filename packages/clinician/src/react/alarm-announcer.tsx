// Says new alarms to a screen reader, assertively, and once each.
import { useEffect, useRef, useState } from 'react';
import { alarmsByUrgency } from '../ward/acuity.ts';
import { needsSomeone } from '../ward/ward.ts';
import { Announcement } from './announcement.tsx';
import { useWard } from './clinician-context.tsx';

export function AlarmAnnouncer() {
  const { alarms, patients } = useWard();
  const said = useRef(new Set<string>());
  const [text, setText] = useState('');
  useEffect(() => {
    const fresh = alarmsByUrgency(alarms.values()).filter(
      (alarm) => needsSomeone(alarm) && !said.current.has(alarm.id),
    );
    if (fresh.length === 0) return;
    for (const alarm of fresh) said.current.add(alarm.id);
    setText(
      fresh
        .map(
          (alarm) =>
            `${alarm.priority} priority alarm, ${patients.get(alarm.patient)?.name ?? 'a patient'}: ${alarm.reasons.join(', ')}`,
        )
        .join('. '),
    );
  }, [alarms, patients]);
  return <Announcement text={text} />;
}
