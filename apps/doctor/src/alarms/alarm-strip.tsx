// One alarm: what, why, since when, and who answered. Answering is one click; what is shown after it is the hospital's
// word, not this page's hope.
import { Button } from '@mantine/core';
import { type Alarm, ageInWords, isOpen, needsSomeone, timeInWords, timeWithSeconds } from '@vitalseal/clinician';
import { CheckIcon, PriorityMark, useClinician, useHospitalNow, useLinkLook } from '@vitalseal/clinician/react';
import { useState } from 'react';
import classes from './alarm-strip.module.css';

interface AlarmStripProps {
  readonly alarm: Alarm;
  /** Named where alarms of several patients stand together. */
  readonly patientName?: string;
  readonly onOpenPatient?: () => void;
}

export function AlarmStrip({ alarm, patientName, onOpenPatient }: AlarmStripProps) {
  const now = useHospitalNow();
  return (
    <li
      className={classes.strip}
      data-priority={alarm.priority}
      data-answered={!needsSomeone(alarm)}
      data-open={isOpen(alarm)}
    >
      <PriorityMark priority={alarm.priority} answered={!needsSomeone(alarm)} />
      <div className={classes.text}>
        <p className={classes.reason}>
          {patientName !== undefined && (
            <button type="button" className={classes.patient} onClick={onOpenPatient}>
              {patientName}
            </button>
          )}
          {alarm.reasons.join(' · ')}
        </p>
        <p className={classes.when}>{historyInWords(alarm, now)}</p>
      </div>
      {needsSomeone(alarm) && <Acknowledge alarm={alarm} />}
    </li>
  );
}

function Acknowledge({ alarm }: { readonly alarm: Alarm }) {
  const clinician = useClinician();
  const [failed, setFailed] = useState(false);
  const live = useLinkLook() === 'live';
  // A button that can only fail must not invite.
  if (!live) return <p className={classes.unreachable}>Cannot be acknowledged from here now</p>;
  return (
    <Button
      className={classes.acknowledge}
      size="sm"
      loading={alarm.acknowledging === true}
      leftSection={<CheckIcon />}
      onClick={() => {
        setFailed(false);
        clinician.acknowledge(alarm.id).catch(() => setFailed(true));
      }}
    >
      {failed ? 'Not sent: try again' : 'Acknowledge'}
    </Button>
  );
}

function historyInWords(alarm: Alarm, now: number): string {
  const parts = [`raised ${timeInWords(alarm.raisedAt, now)}`];
  if (isOpen(alarm)) parts[0] += `, ${ageInWords(now - alarm.raisedAt)} ago`;
  if (alarm.escalatedAt !== undefined) parts.push(`escalated ${timeInWords(alarm.escalatedAt, now)}`);
  if (alarm.acknowledged !== undefined) {
    parts.push(
      `acknowledged by ${alarm.acknowledged.by.role} ${alarm.acknowledged.by.id} at ${timeWithSeconds(alarm.acknowledged.at)}`,
    );
  }
  if (alarm.resolvedAt !== undefined) parts.push(`resolved ${timeInWords(alarm.resolvedAt, now)}`);
  return parts.join(' · ');
}
