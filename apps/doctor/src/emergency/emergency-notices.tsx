// Emergency accesses: one's own with the time that is left, and those of others to patients of one's care.
import { Button } from '@mantine/core';
import { timeInWords } from '@vitalseal/clinician';
import { BrokenGlassIcon, useDeviceNow, useWard } from '@vitalseal/clinician/react';
import { type EmergencyAccess, sameIdentity } from '@vitalseal/protocol';
import { useState } from 'react';
import classes from './emergency-notices.module.css';

interface EmergencyNoticesProps {
  readonly onSelect: (patient: string) => void;
}

export function EmergencyNotices({ onSelect }: EmergencyNoticesProps) {
  const { emergencies, self, patients } = useWard();
  const now = useDeviceNow();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const latest = [...emergencies.values()].sort((a, b) => b.since - a.since);
  const own = latest.filter(({ by, until }) => sameIdentity(by, self) && until > now);
  const others = latest.filter(({ id, by }) => !sameIdentity(by, self) && !seen.has(id));
  const [newest] = others;
  const nameOf = (access: EmergencyAccess) => access.name ?? patients.get(access.patient.id)?.name ?? access.patient.id;
  return (
    <>
      {own.map((access) => (
        <section key={access.id} className={classes.own} aria-label="Emergency access">
          <BrokenGlassIcon size={20} />
          <p className={classes.text}>
            <strong>
              Emergency access to {nameOf(access)}: <LeftOf until={access.until} now={now} />
            </strong>
            <span>Reason given: “{access.reason}”</span>
          </p>
          <Button size="xs" variant="default" onClick={() => onSelect(access.patient.id)}>
            Open the record
          </Button>
        </section>
      ))}
      {newest !== undefined && (
        <section className={classes.others} aria-label="Emergency access by another doctor">
          <BrokenGlassIcon size={20} />
          <p className={classes.text} role="status">
            <strong>
              {newest.byName || newest.by.id} opened the record of {nameOf(newest)} in an emergency at{' '}
              {timeInWords(newest.since, now)}.
            </strong>
            <span>
              Reason given: “{newest.reason}”{others.length > 1 && ` · ${others.length - 1} more before it`}
            </span>
          </p>
          <Button size="xs" variant="default" onClick={() => setSeen(new Set(seen).add(newest.id))}>
            Seen
          </Button>
        </section>
      )}
    </>
  );
}

function LeftOf({ until, now }: { readonly until: number; readonly now: number }) {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return (
    <span className={classes.left}>
      {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')} left
    </span>
  );
}
