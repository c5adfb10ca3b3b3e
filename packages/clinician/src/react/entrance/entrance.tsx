// From an opened page to a running device: the session of this browser, or an invitation, or the question for a passkey
// (or, where the hospital signs people in by links, for a link).
import type { StaffRole } from '@vitalseal/protocol';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { takeSignInLink } from '../../browser/address-bar.ts';
import { browserPasskeys } from '../../browser/browser-passkeys.ts';
import { indexedDbCustody } from '../../browser/indexed-db-custody.ts';
import type { KeyCustody } from '../../custody/key-custody.ts';
import { type SignInStep, signIn } from '../../enrolment/sign-in.ts';
import { codeOf, reasonOf } from '../../errors.ts';
import type { Passkeys } from '../../passkey/passkeys.ts';
import type { Session } from '../../session/session.ts';
import { isInvitation, type PasskeyInvitation, parseInvitation } from '../../sign-in/invitation.ts';
import { invitedPerson, registerPasskey } from '../../sign-in/register-passkey.ts';
import { type Person, signInOffer } from '../../sign-in/sign-in-desk.ts';
import { signInWithPasskey } from '../../sign-in/sign-in-with-passkey.ts';
import { SessionProvider } from '../session/session-context.tsx';
import { SignedOut } from '../session/signed-out.tsx';
import { Invitation } from './invitation.tsx';
import { LinkProgress, LinkSignIn } from './link-sign-in.tsx';
import { PasskeySignIn } from './passkey-sign-in.tsx';
import { Unreachable } from './unreachable.tsx';

/** What a device runs on. */
export interface DeviceParts {
  readonly hospitalUrl: string;
  readonly custody: KeyCustody;
  readonly passkeys: Passkeys;
  readonly opens: 'person';
}

/** A running device, whoever's. */
export interface RunningDevice {
  readonly session: Session;
  wake(): void;
  stop(): Promise<void>;
}

interface EntranceProps<Device extends RunningDevice> {
  readonly page: 'doctor' | 'ambulance' | 'office';
  /** As a person says it: "doctor’s". */
  readonly who: string;
  readonly roles: readonly StaffRole[];
  readonly start: (parts: DeviceParts) => Promise<Device>;
  readonly children: (device: Device) => ReactNode;
}

type State =
  | { readonly kind: 'opening' }
  | { readonly kind: 'unreachable'; readonly failed: string }
  | {
      readonly kind: 'passkey';
      readonly hospital: string | undefined;
      /** This page by the address that its passkeys are for, where it was opened by another. */
      readonly elsewhere: string | undefined;
      readonly busy: boolean;
      readonly failed?: string;
    }
  | {
      readonly kind: 'invited';
      readonly invitation: PasskeyInvitation | undefined;
      readonly person?: Person;
      readonly busy: boolean;
      readonly failed?: string;
    }
  | { readonly kind: 'link'; readonly failed?: string }
  | { readonly kind: 'enrolling'; readonly step: SignInStep }
  | { readonly kind: 'expired'; readonly at: number };

// Taken when the page's code runs, before anything is drawn and whatever happens after.
const linkAtStart = takeSignInLink();

export function Entrance<Device extends RunningDevice>({ page, who, roles, start, children }: EntranceProps<Device>) {
  const [device, setDevice] = useState<Device>();
  const [state, setState] = useState<State>({ kind: 'opening' });
  const parts = useMemo<DeviceParts>(
    () => ({
      hospitalUrl: `${location.origin}/`,
      custody: indexedDbCustody(page),
      passkeys: browserPasskeys(),
      opens: 'person',
    }),
    [page],
  );
  const { custody, passkeys, hospitalUrl } = parts;
  const transport = useMemo(() => ({ hospitalUrl, fetch: fetch.bind(globalThis) }), [hospitalUrl]);

  const ask = useCallback(
    async (failed?: string) => {
      try {
        const { mode, hospital, origin } = await signInOffer(transport);
        const why = failed === undefined ? {} : { failed };
        if (mode === 'links') return setState({ kind: 'link', ...why });
        const elsewhere = origin === undefined || origin === location.origin ? undefined : `${origin}/${page}/`;
        setState({ kind: 'passkey', hospital, elsewhere, busy: false, ...why });
      } catch (error) {
        setState({ kind: 'unreachable', failed: reasonOf(error) });
      }
    },
    [transport, page],
  );

  const askAgain = useCallback(() => void ask(), [ask]);

  const run = useCallback(async () => {
    try {
      setDevice(await start(parts));
    } catch (error) {
      const code = codeOf(error);
      if (code === 'not-enrolled') return ask();
      if (code !== 'certificate-expired') return ask(code);
      const ended = await custody.load();
      await custody.forget();
      setState({ kind: 'expired', at: ended?.session?.expiresAt ?? Date.now() });
    }
  }, [ask, start, parts, custody]);

  const signInNow = useCallback(async () => {
    setState((before) => ('busy' in before ? { ...before, busy: true } : before));
    try {
      await signInWithPasskey({ roles, custody, passkeys, transport });
    } catch (error) {
      return ask(reasonOf(error));
    }
    await run();
  }, [roles, custody, passkeys, transport, ask, run]);

  const enter = useCallback(
    async (link: string | undefined) => {
      if (link === undefined) return run();
      setDevice(undefined);
      if (isInvitation(link)) {
        let invitation: PasskeyInvitation | undefined;
        try {
          invitation = parseInvitation(link);
          setState({ kind: 'invited', invitation, busy: false });
          const person = await invitedPerson(invitation, transport);
          setState({ kind: 'invited', invitation, person, busy: false });
        } catch (error) {
          setState({ kind: 'invited', invitation, busy: false, failed: reasonOf(error) });
        }
        return;
      }
      const onStep = (step: SignInStep) => setState({ kind: 'enrolling', step });
      try {
        await signIn({ link, role: roles, custody, hospitalUrl, onStep }).catch(unlessSignedIn(custody));
      } catch (error) {
        return ask(codeOf(error));
      }
      await run();
    },
    [roles, custody, hospitalUrl, transport, ask, run],
  );

  const register = async (invitation: PasskeyInvitation, person: Person, label: string) => {
    const here = { kind: 'invited', invitation, person } as const;
    setState({ ...here, busy: true });
    try {
      await registerPasskey({ invitation, custody, passkeys, transport, ...(label !== '' && { label }) });
    } catch (error) {
      setState({ ...here, busy: false, failed: reasonOf(error) });
      return;
    }
    await signInNow();
  };

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
    if (device === undefined) return;
    const wake = () => device.wake();
    const used = () => device.session.noteActivity();
    addEventListener('online', wake);
    addEventListener('pointerdown', used);
    addEventListener('keydown', used);
    addEventListener('wheel', used, { passive: true });
    document.addEventListener('visibilitychange', wake);
    return () => {
      removeEventListener('online', wake);
      removeEventListener('pointerdown', used);
      removeEventListener('keydown', used);
      removeEventListener('wheel', used);
      document.removeEventListener('visibilitychange', wake);
      void device.stop();
    };
  }, [device]);

  const leave = useCallback(() => {
    setDevice(undefined);
    setState({ kind: 'opening' });
    void ask();
  }, [ask]);

  const pageSession = useMemo(
    () => (device === undefined ? undefined : { session: device.session, signInAgain: leave }),
    [device, leave],
  );

  if (device !== undefined) return <SessionProvider value={pageSession}>{children(device)}</SessionProvider>;
  switch (state.kind) {
    case 'opening':
      return null;
    case 'unreachable':
      return <Unreachable code={state.failed} onRetry={askAgain} />;
    case 'link':
      return <LinkSignIn who={who} failed={state.failed} onLink={(link) => void enter(link)} />;
    case 'enrolling':
      return <LinkProgress at={state.step} />;
    case 'expired':
      return (
        <SignedOut
          ended={{ reason: 'expired', at: state.at, told: true }}
          showsAlarms={page !== 'office'}
          onSignIn={askAgain}
        />
      );
    case 'passkey':
      return <PasskeySignIn {...state} who={who} failed={state.failed} onSignIn={() => void signInNow()} />;
    case 'invited': {
      const { invitation, person } = state;
      const onRegister = (label: string) => {
        if (invitation !== undefined && person !== undefined) void register(invitation, person, label);
      };
      return (
        <Invitation
          person={person}
          busy={state.busy}
          failed={state.failed}
          onRegister={onRegister}
          onLeave={() => void enter(undefined)}
        />
      );
    }
  }
}

/** A link that was used is no obstacle for the device that used it: whoever clicks it again means to come in. */
function unlessSignedIn(custody: KeyCustody): (error: unknown) => Promise<void> {
  return async (error) => {
    const used = codeOf(error) === 'enrolment-refused';
    if (!used || (await custody.load()) === undefined) throw error;
  };
}
