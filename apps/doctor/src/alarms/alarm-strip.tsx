// Alarms of one patient that stand together: what, why, since when, and who answered. Answering is one click; what is
// shown after it is the hospital's word, not this page's hope.
import { Button } from '@mantine/core';
import { type Alarm, ageInWords, isOpen, needsSomeone, timeInWords, timeWithSeconds } from '@vitalseal/clinician';
import { CheckIcon, PriorityMark, useClinician, useHospitalNow, useLinkLook } from '@vitalseal/clinician/react';
import { useState } from 'react';
import classes from './alarm-strip.module.css';

interface AlarmStripProps {
  /** The most urgent, and it is the one that is described. */
  readonly alarm: Alarm;
  /** Others of the same patient that are answered with it. */
  readonly others?: readonly Alarm[];
  /** Named where alarms of several patients stand together. */
  readonly patientName?: string;
  readonly onOpenPatient?: () => void;
}

export function AlarmStrip({ alarm, others = [], patientName, onOpenPatient }: AlarmStripProps) {
  const now = useHospitalNow();
  const [reason = alarm.rule, ...details] = alarm.reasons;
  const more = others.map((other) => other.reasons[0] ?? other.rule);
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
          {[reason, ...more].join(' · ')}
        </p>
        <p className={classes.when}>{[...details, historyInWords(alarm, now)].join(' · ')}</p>
      </div>
      {needsSomeone(alarm) && <Acknowledge alarms={[alarm, ...others]} />}
    </li>
  );
}

function Acknowledge({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const clinician = useClinician();
  const [failed, setFailed] = useState(false);
  const live = useLinkLook() === 'live';
  // A button that can only fail must not invite.
  if (!live) return <p className={classes.unreachable}>Cannot be acknowledged from here now</p>;
  return (
    <Button
      className={classes.acknowledge}
      size="sm"
      loading={alarms.some(({ acknowledging }) => acknowledging === true)}
      leftSection={<CheckIcon />}
      onClick={() => {
        setFailed(false);
        Promise.all(alarms.map(({ id }) => clinician.acknowledge(id))).catch(() => setFailed(true));
      }}
    >
      {failed ? 'Not sent: try again' : alarms.length === 1 ? 'Acknowledge' : `Acknowledge ${alarms.length}`}
    </Button>
  );
}

function historyInWords(alarm: Alarm, now: number): string {
  const parts = [`raised ${timeInWords(alarm.raisedAt, now)}`];
  if (isOpen(alarm)) parts[0] += `, ${ageInWords(now - alarm.raisedAt)} ago`;
  if (alarm.escalatedAt !== undefined) parts.push(`escalated ${timeInWords(alarm.escalatedAt, now)}`);
  if (alarm.acknowledged !== undefined) {
    const { by, at } = alarm.acknowledged;
    parts.push(`acknowledged by ${by.role} ${by.id} at ${timeWithSeconds(at)}`);
  }
  if (alarm.resolvedAt !== undefined) parts.push(`resolved ${timeInWords(alarm.resolvedAt, now)}`);
  return parts.join(' · ');
}
