// The office's way in, and what is shown of its session: open, locked, over.
import { type Office, startOffice } from '@vitalseal/clinician';
import {
  type DeviceParts,
  Entrance,
  LinkBannerOf,
  LinkPillOf,
  LockScreen,
  SignedOut,
  StepUp,
  usePageSession,
  useSessionState,
} from '@vitalseal/clinician/react';
import type { ReactNode } from 'react';
import { OfficeProvider, useOfficeState } from './office-context.tsx';

const roles = ['administrator', 'auditor'] as const;
const start = (parts: DeviceParts): Promise<Office> => startOffice(parts);

export function OfficeGate({ children }: { readonly children: ReactNode }) {
  return (
    <Entrance<Office> page="office" who="office’s" roles={roles} start={start}>
      {(office) => (
        <OfficeProvider value={office}>
          <WhileSignedIn>{children}</WhileSignedIn>
        </OfficeProvider>
      )}
    </Entrance>
  );
}

function WhileSignedIn({ children }: { readonly children: ReactNode }) {
  const state = useSessionState();
  const { link } = useOfficeState();
  const { signInAgain } = usePageSession();
  if (state.kind === 'ended') {
    const { news, ...ended } = state;
    return <SignedOut ended={{ ...ended, name: news?.name }} showsAlarms={false} onSignIn={signInAgain} />;
  }
  if (state.kind !== 'locked') return <StepUp>{children}</StepUp>;
  return (
    <LockScreen
      state={state}
      live={link.kind === 'live'}
      bar={<LinkPillOf link={link} />}
      banner={<OfficeLinkBanner />}
    />
  );
}

export function OfficeLinkBanner() {
  const { link } = useOfficeState();
  return <LinkBannerOf link={link} text="What stands below is from before then, and nothing can be changed." />;
}
