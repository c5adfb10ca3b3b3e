// The end of a session, said so that nobody can take this page for one that watches: alarms are not shown here any more.
import { Button } from '@mantine/core';
import { useEffect } from 'react';
import type { SessionState } from '../../session/session-state.ts';
import { timeInWords } from '../../ward/vital-names.ts';
import { BellOffIcon, KeyIcon } from '../icons.tsx';
import { useTitle } from '../link-state.tsx';
import { useAlarmPlayer } from '../sound-control.tsx';
import classes from './signed-out.module.css';

type Ended = Extract<SessionState, { kind: 'ended' }>;

interface SignedOutProps {
  readonly ended: Pick<Ended, 'reason' | 'at' | 'told'> & { readonly name?: string | undefined };
  /** The office shows no alarms: there it is only an end. */
  readonly showsAlarms: boolean;
  readonly onSignIn: () => void;
}

const because: Record<Ended['reason'], string> = {
  'signed-out': 'You signed out.',
  expired: 'The session has reached its end.',
  revoked: 'The session was ended from elsewhere: by the hospital’s office, or by yourself on another device.',
  removed: 'The hospital has taken you off its books.',
};

export function SignedOut({ ended, showsAlarms, onSignIn }: SignedOutProps) {
  const { reason, at, told, name } = ended;
  useTitle(showsAlarms ? 'NO ALARMS HERE · Vitalseal' : 'Signed out · Vitalseal');
  const { player } = useAlarmPlayer();
  // Whoever signed out knows; any other end may find somebody who relies on this page.
  const calls = showsAlarms && reason !== 'signed-out';
  useEffect(() => player?.want(calls ? 'medium' : undefined), [player, calls]);
  return (
    <main className={classes.page} role="alert">
      <div className={classes.sheet}>
        {showsAlarms && <BellOffIcon size={56} />}
        <h1 className={classes.title}>{showsAlarms ? 'Alarms are not shown here any more' : 'Signed out'}</h1>
        <p className={classes.text}>
          {because[reason]} {name !== undefined && `${name}, `}
          {timeInWords(at, at)}.
        </p>
        {!told && (
          <p className={classes.text}>
            The hospital could not be told. The key of this device is deleted; the hospital ends the session by itself
            at the latest when its time is over.
          </p>
        )}
        <Button className={classes.button} size="lg" leftSection={<KeyIcon size={20} />} onClick={onSignIn}>
          Sign in again
        </Button>
      </div>
    </main>
  );
}
