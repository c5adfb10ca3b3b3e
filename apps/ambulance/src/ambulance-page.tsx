// The crew's page: the call, large enough to be read at arm's length in a moving vehicle.
import {
  LinkBanner,
  ReleaseNotice,
  SessionNotices,
  UnusableNotice,
  useLinkLook,
  useTitle,
  useWard,
} from '@vitalseal/clinician/react';
import { useState } from 'react';
import classes from './ambulance-page.module.css';
import { CallAnnouncer } from './call/call-announcer.tsx';
import { CallTabs } from './call/call-tabs.tsx';
import { CallView } from './call/call-view.tsx';
import { NoCall } from './call/no-call.tsx';
import { callsByUrgency, isActive } from './call/patient-call.ts';
import { CrewBar } from './crew-bar.tsx';

export function AmbulancePage() {
  const { dispatches, release } = useWard();
  const look = useLinkLook();
  const [chosen, setChosen] = useState<string>();
  const calls = callsByUrgency(dispatches.values());
  const active = calls.filter(isActive);
  const shown = calls.find(({ id }) => id === chosen) ?? active[0];
  const offered = active.filter(({ state }) => state === 'offered').length;
  useTitle(look === 'dead' ? 'No contact · Vitalseal' : offered > 0 ? 'New call · Vitalseal' : 'Crew · Vitalseal');
  return (
    <div className={classes.page} data-link={look}>
      <CrewBar />
      <LinkBanner />
      <SessionNotices />
      <ReleaseNotice release={release} />
      <UnusableNotice />
      <CallAnnouncer />
      {calls.length > 1 && <CallTabs calls={calls} shown={shown?.id} onChoose={setChosen} />}
      <div className={classes.body}>
        {shown === undefined ? (
          <NoCall earlier={calls} onChoose={setChosen} />
        ) : (
          <CallView key={shown.id} call={shown} onLeave={() => setChosen(undefined)} />
        )}
      </div>
    </div>
  );
}
