// Who is signed in at this page and until when, with the two things to do about it, and the person's other devices.
import { Button, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { reasonOf } from '../../errors.ts';
import type { HospitalRelease } from '../../link/hospital-release.ts';
import { newsOf } from '../../session/session-state.ts';
import { timeInWords } from '../../ward/vital-names.ts';
import { useDeviceNow } from '../clinician-context.tsx';
import { Dialog, DialogActions } from '../dialog.tsx';
import { Failure } from '../entrance/failure.tsx';
import { LockIcon, PersonIcon } from '../icons.tsx';
import { releaseInWords } from '../release-notice.tsx';
import { MySessions } from './my-sessions.tsx';
import { usePageSession, useSessionState } from './session-context.tsx';
import classes from './session-menu.module.css';

interface SessionMenuProps {
  /** What is said before the session is known: the identity of the device. */
  readonly self: string;
  readonly large?: boolean;
  /** The page watches alarms, and whoever leaves it is told what that means. */
  readonly showsAlarms: boolean;
  readonly release: HospitalRelease | undefined;
}

export function SessionMenu({ self, large = false, showsAlarms, release }: SessionMenuProps) {
  const [open, setOpen] = useState(false);
  const news = newsOf(useSessionState());
  const name = news?.name ?? self;
  return (
    <>
      <UnstyledButton
        className={classes.self}
        data-large={large}
        aria-haspopup="dialog"
        aria-label={`${name}: your session`}
        onClick={() => setOpen(true)}
      >
        <PersonIcon size={large ? 22 : 16} />
        <span className={classes.name}>{name}</span>
      </UnstyledButton>
      {open && <SessionDialog name={name} showsAlarms={showsAlarms} release={release} onClose={() => setOpen(false)} />}
    </>
  );
}

interface SessionDialogProps {
  readonly name: string;
  readonly showsAlarms: boolean;
  readonly release: HospitalRelease | undefined;
  readonly onClose: () => void;
}

function SessionDialog({ name, showsAlarms, release, onClose }: SessionDialogProps) {
  const { session } = usePageSession();
  const news = newsOf(useSessionState());
  const now = useDeviceNow();
  const [failed, setFailed] = useState<string>();
  const [leaving, setLeaving] = useState(false);
  const lock = () => session.lock().catch((error: unknown) => setFailed(reasonOf(error)));
  return (
    <Dialog title={name} onClose={onClose}>
      {news !== undefined && (
        <dl className={classes.facts}>
          <dt>Signed in as</dt>
          <dd>
            {news.person.role} {news.person.id}
          </dd>
          <dt>Until</dt>
          <dd>
            {timeInWords(news.expiresAt, now)}
            {news.method === 'link' ? ', by a one-time link' : ', by passkey'}
          </dd>
          {news.idleMs > 0 && (
            <>
              <dt>Locks</dt>
              <dd>after {minutesInWords(news.idleMs)} in which nobody uses the page</dd>
            </>
          )}
          <dt>Hospital’s program</dt>
          <dd>{releaseInWords(release, now)}</dd>
        </dl>
      )}
      {failed !== undefined && <Failure title="Not done." code={failed} />}
      <DialogActions>
        <Button leftSection={<LockIcon />} onClick={() => void lock()}>
          Lock now
        </Button>
        {leaving ? (
          <Button className={classes.sure} onClick={() => void session.signOut()}>
            {showsAlarms ? 'Sign out: no alarms here any more' : 'Sign out of this page'}
          </Button>
        ) : (
          <Button variant="default" onClick={() => setLeaving(true)}>
            Sign out
          </Button>
        )}
        <Button variant="subtle" color="gray" className={classes.close} onClick={onClose}>
          Close
        </Button>
      </DialogActions>
      <MySessions />
    </Dialog>
  );
}

function minutesInWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes === 0) return `${Math.round(ms / 1000)} seconds`;
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}
