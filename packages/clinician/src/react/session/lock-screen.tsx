// Nobody has used the page for a while, or somebody locked it: no name, no value, no place, on the screen or behind it.
// Alarms are still announced, by priority and with their sound: a locked page must not fall silent.
import { Button } from '@mantine/core';
import type { AlarmPriority, Locked } from '@vitalseal/protocol';
import { type ReactNode, useState } from 'react';
import { reasonOf } from '../../errors.ts';
import type { SessionState } from '../../session/session-state.ts';
import { Announcement } from '../announcement.tsx';
import { Failure } from '../entrance/failure.tsx';
import { KeyIcon, LockIcon } from '../icons.tsx';
import { useTitle } from '../link-state.tsx';
import { PriorityMark } from '../priority-mark.tsx';
import { SchemeControl } from '../scheme-control.tsx';
import classes from './lock-screen.module.css';
import { usePageSession } from './session-context.tsx';

interface LockScreenProps {
  readonly state: Extract<SessionState, { kind: 'locked' }>;
  /** The link's pill, and the sound where the page has any. */
  readonly bar: ReactNode;
  readonly banner: ReactNode;
  /** Whether the hospital can be asked at all. */
  readonly live: boolean;
}

export function LockScreen({ state, bar, banner, live }: LockScreenProps) {
  const { session } = usePageSession();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const { news, waiting } = state;
  const text = waitingInWords(waiting);
  useTitle(text === '' ? 'Locked · Vitalseal' : `(!) ${text} · Vitalseal`);
  const unlock = async () => {
    setBusy(true);
    setFailed(undefined);
    await session.unlock().catch((error: unknown) => setFailed(reasonOf(error)));
    setBusy(false);
  };
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <p className={classes.product}>Vitalseal</p>
        {bar}
        <SchemeControl />
      </header>
      {banner}
      <Announcement text={text} />
      <main className={classes.body}>
        <div className={classes.sheet}>
          <LockIcon size={40} />
          <h1 className={classes.title}>Locked</h1>
          <p className={classes.who}>
            {news !== undefined && `${news.name} is signed in. `}What was shown is gone from this page until it is
            unlocked.
          </p>
          <Waiting waiting={waiting} />
          {failed !== undefined && <Failure title="Not unlocked." code={failed} />}
          <div className={classes.actions}>
            <Button
              size="lg"
              leftSection={<KeyIcon size={20} />}
              disabled={!live}
              loading={busy}
              onClick={() => void unlock()}
              autoFocus
            >
              {news?.method === 'link' ? 'Unlock' : 'Unlock with your passkey'}
            </Button>
            <Button
              size="lg"
              variant="subtle"
              color="gray"
              className={classes.leave}
              onClick={() => void session.signOut()}
            >
              Sign out
            </Button>
          </div>
          {!live && <p className={classes.note}>It can be unlocked when the hospital is reached again.</p>}
        </div>
      </main>
    </div>
  );
}

function Waiting({ waiting }: { readonly waiting: Locked | undefined }) {
  if (waiting === undefined) return null;
  const counts = (['high', 'medium', 'low'] as const).filter((priority) => waiting[priority] > 0);
  if (counts.length === 0 && waiting.calls === 0) return <p className={classes.calm}>No alarm waits.</p>;
  return (
    <ul className={classes.waiting}>
      {waiting.calls > 0 && (
        <li>
          <PriorityMark priority="high" answered={false} />
          {callsInWords(waiting.calls)}
        </li>
      )}
      {counts.map((priority) => (
        <li key={priority}>
          <PriorityMark priority={priority} answered={false} />
          {alarmsInWords(waiting[priority], priority)}
        </li>
      ))}
    </ul>
  );
}

function alarmsInWords(count: number, priority: AlarmPriority): string {
  return count === 1 ? `1 alarm of ${priority} priority waits` : `${count} alarms of ${priority} priority wait`;
}

const callsInWords = (calls: number): string => (calls === 1 ? '1 call waits' : `${calls} calls wait`);

function waitingInWords(waiting: Locked | undefined): string {
  if (waiting === undefined) return '';
  const { calls } = waiting;
  const alarms = (['high', 'medium', 'low'] as const)
    .filter((priority) => waiting[priority] > 0)
    .map((priority) => alarmsInWords(waiting[priority], priority));
  return [...(calls > 0 ? [callsInWords(calls)] : []), ...alarms].join(', ');
}
