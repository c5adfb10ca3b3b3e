// From an opened page to a running clinician: the key of this browser, or the one-time link, or the question for one.
import type { Role } from '@vitalseal/protocol';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { takeSignInLink } from '../browser/address-bar.ts';
import { indexedDbCustody } from '../browser/indexed-db-custody.ts';
import type { Clinician } from '../clinician.ts';
import type { KeyCustody } from '../custody/key-custody.ts';
import { type SignInStep, signIn } from '../enrolment/sign-in.ts';
import { codeOf } from '../errors.ts';
import { startClinician } from '../start-clinician.ts';
import { ClinicianProvider } from './clinician-context.tsx';
import { SignIn, type SignInState } from './sign-in.tsx';

interface ClinicianGateProps {
  /** Whose device this is. */
  readonly device: Extract<Role, 'doctor' | 'ambulance'>;
  /** As a person says it: "doctor's". */
  readonly who: string;
  readonly children: ReactNode;
}

// Taken when the page's code runs, before anything is drawn and whatever happens after.
const linkAtStart = takeSignInLink();

export function ClinicianGate({ device, who, children }: ClinicianGateProps) {
  const [clinician, setClinician] = useState<Clinician>();
  const [state, setState] = useState<SignInState>({ kind: 'opening' });

  const enter = useCallback(
    async (link: string | undefined) => {
      const custody = indexedDbCustody(device);
      const hospitalUrl = location.origin;
      try {
        if (link !== undefined) {
          setClinician(undefined);
          const onStep = (step: SignInStep) => setState({ kind: 'enrolling', step });
          await signIn({ link, role: device, custody, hospitalUrl, onStep }).catch(unlessSignedIn(custody));
        }
        const started = await startClinician({ role: device, hospitalUrl, custody, opens: 'person' });
        setClinician(started);
      } catch (error) {
        const code = codeOf(error);
        setState(code === 'not-enrolled' ? { kind: 'waiting' } : { kind: 'failed', code });
      }
    },
    [device],
  );

  useEffect(() => {
    void enter(linkAtStart);
    // A new link opened in a tab that shows the page already changes its fragment and loads nothing.
    const arrived = () => {
      const link = takeSignInLink();
      if (link !== undefined) void enter(link);
    };
    addEventListener('hashchange', arrived);
    return () => removeEventListener('hashchange', arrived);
  }, [enter]);

  useEffect(() => {
    if (clinician === undefined) return;
    const wake = () => clinician.wake();
    addEventListener('online', wake);
    document.addEventListener('visibilitychange', wake);
    return () => {
      removeEventListener('online', wake);
      document.removeEventListener('visibilitychange', wake);
      void clinician.stop();
    };
  }, [clinician]);

  if (clinician === undefined) return <SignIn who={who} state={state} onLink={(link) => void enter(link)} />;
  return <ClinicianProvider clinician={clinician}>{children}</ClinicianProvider>;
}

/** A link that was used is no obstacle for the device that used it: whoever clicks it again means to come in. */
function unlessSignedIn(custody: KeyCustody): (error: unknown) => Promise<void> {
  return async (error) => {
    const used = codeOf(error) === 'enrolment-refused';
    if (!used || (await custody.load()) === undefined) throw error;
  };
}
