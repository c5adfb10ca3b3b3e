// The doctor's page: the ward, and beside it the patient who is looked at.
import { VisuallyHidden } from '@mantine/core';
import { needsSomeone } from '@vitalseal/clinician';
import {
  AlarmAnnouncer,
  LinkBanner,
  ReleaseNotice,
  SessionNotices,
  UnusableNotice,
  useClinician,
  useLinkLook,
  useTitle,
  useWard,
} from '@vitalseal/clinician/react';
import { useCallback, useEffect, useState } from 'react';
import { AlarmBar } from './alarms/alarm-bar.tsx';
import classes from './doctor-page.module.css';
import { EmergencyNotices } from './emergency/emergency-notices.tsx';
import { PatientView } from './patient/patient-view.tsx';
import { TopBar } from './top-bar.tsx';
import { EmptyWard } from './ward/empty-ward.tsx';
import { WardList } from './ward/ward-list.tsx';
import { WardTable } from './ward/ward-table.tsx';

export function DoctorPage() {
  const ward = useWard();
  const look = useLinkLook();
  const [selected, setSelected] = useState<string>();
  const [left, setLeft] = useState<string>();
  const close = useCallback(() => {
    setLeft(selected);
    setSelected(undefined);
  }, [selected]);
  const unanswered = [...ward.alarms.values()].filter(needsSomeone);
  const title = unanswered.length > 0 ? `(${unanswered.length}) alarm · Vitalseal` : 'Ward · Vitalseal';
  useTitle(look === 'dead' ? 'No contact · Vitalseal' : title);
  useSeen(unanswered.map(({ id }) => id));
  const empty = ward.patients.size === 0;
  return (
    <div className={classes.page} data-link={look}>
      <TopBar />
      <LinkBanner />
      <SessionNotices />
      <ReleaseNotice release={ward.release} />
      <UnusableNotice />
      <AlarmAnnouncer />
      <AlarmBar except={selected} onSelect={setSelected} />
      <EmergencyNotices onSelect={setSelected} />
      {empty ? (
        <EmptyWard />
      ) : (
        <div className={classes.body} data-selected={selected !== undefined}>
          {selected === undefined ? (
            <main className={classes.ward}>
              <VisuallyHidden component="h1">Ward</VisuallyHidden>
              <WardTable returnTo={left} onSelect={setSelected} />
            </main>
          ) : (
            <nav className={classes.ward} aria-label="Ward">
              <WardList selected={selected} onSelect={setSelected} />
            </nav>
          )}
          {selected !== undefined && <PatientView key={selected} id={selected} onClose={close} />}
        </div>
      )}
    </div>
  );
}

/** An alarm that stands on a visible page was seen; in a hidden tab it was not. */
function useSeen(alarms: readonly string[]): void {
  const clinician = useClinician();
  const names = alarms.join(' ');
  useEffect(() => {
    const tell = () => {
      if (document.visibilityState !== 'visible' || names === '') return;
      for (const alarm of names.split(' ')) clinician.markOpened(alarm);
    };
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [clinician, names]);
}
