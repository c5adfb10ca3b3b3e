// An emergency access that was told while this page is open: it stays until somebody has seen it.
import { Button } from '@mantine/core';
import { BrokenGlassIcon, useDeviceNow } from '@vitalseal/clinician/react';
import { useState } from 'react';
import { useOfficeState } from '../office-context.tsx';
import { whenInWords } from '../parts/times.ts';
import classes from './emergency-alert.module.css';

export function EmergencyAlert() {
  const { emergencies } = useOfficeState();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const now = useDeviceNow();
  const unseen = [...emergencies.values()].filter(({ id }) => !seen.has(id)).sort((a, b) => b.since - a.since);
  const [newest] = unseen;
  if (newest === undefined) return null;
  return (
    <section className={classes.alert} aria-label="Emergency access">
      <BrokenGlassIcon size={20} />
      <p role="alert">
        <strong>
          {newest.byName || newest.by.id} opened the record of {newest.patient.id} in an emergency at{' '}
          {whenInWords(newest.since, now)}.
        </strong>{' '}
        Reason given: “{newest.reason}”{unseen.length > 1 && ` · ${unseen.length - 1} more before it`}
      </p>
      <Button size="xs" variant="default" onClick={() => setSeen(new Set(seen).add(newest.id))}>
        Seen
      </Button>
    </section>
  );
}
