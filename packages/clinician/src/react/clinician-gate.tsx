// The doctor's and the crew's way in, and what is shown of their session: open, locked, over.
import type { ReactNode } from 'react';
import type { Clinician } from '../clinician.ts';
import { startClinician } from '../start-clinician.ts';
import { ClinicianProvider } from './clinician-context.tsx';
import { type DeviceParts, Entrance } from './entrance/entrance.tsx';
import { LinkBanner, LinkPill, useLinkLook } from './link-state.tsx';
import { LockScreen } from './session/lock-screen.tsx';
import { usePageSession, useSessionState } from './session/session-context.tsx';
import { SignedOut } from './session/signed-out.tsx';
import { StepUp } from './session/step-up.tsx';
import { SoundControl } from './sound-control.tsx';

interface ClinicianGateProps {
  /** Whose device this is. */
  readonly device: 'doctor' | 'ambulance';
  /** As a person says it: "doctor's". */
  readonly who: string;
  readonly children: ReactNode;
}

const roles = { doctor: ['doctor'], ambulance: ['ambulance'] } as const;
const start = {
  doctor: (parts: DeviceParts) => startClinician({ role: 'doctor', ...parts }),
  ambulance: (parts: DeviceParts) => startClinician({ role: 'ambulance', ...parts }),
};

export function ClinicianGate({ device, who, children }: ClinicianGateProps) {
  return (
    <Entrance<Clinician> page={device} who={who} roles={roles[device]} start={start[device]}>
      {(clinician) => (
        <ClinicianProvider clinician={clinician}>
          <WhileSignedIn large={device === 'ambulance'}>{children}</WhileSignedIn>
        </ClinicianProvider>
      )}
    </Entrance>
  );
}

function WhileSignedIn({ large, children }: { readonly large: boolean; readonly children: ReactNode }) {
  const state = useSessionState();
  const { signInAgain } = usePageSession();
  const live = useLinkLook() === 'live';
  if (state.kind === 'ended') {
    const { news, ...ended } = state;
    return <SignedOut ended={{ ...ended, name: news?.name }} showsAlarms onSignIn={signInAgain} />;
  }
  if (state.kind !== 'locked') return <StepUp>{children}</StepUp>;
  const bar = (
    <>
      <LinkPill />
      <SoundControl prominent={large} />
    </>
  );
  return <LockScreen state={state} live={live} bar={bar} banner={<LinkBanner />} />;
}
