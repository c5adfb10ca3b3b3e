// What a person should know of the session and of the hospital before they rely on the page: lines that stay, with a
// sign and words, never a colour alone.
import { Button } from '@mantine/core';
import { type ReactNode, useSyncExternalStore } from 'react';
import { newsOf } from '../../session/session-state.ts';
import { timeInWords } from '../../ward/vital-names.ts';
import { useDeviceNow } from '../clinician-context.tsx';
import { ClockIcon, UnreadableIcon } from '../icons.tsx';
import { usePageSession, useSessionState } from './session-context.tsx';
import classes from './session-notices.module.css';

/** So long before its end a session says that it will end. */
const soonMs = 20 * 60_000;

export function SessionNotices() {
  const news = newsOf(useSessionState());
  const now = useDeviceNow();
  const { session, signInAgain } = usePageSession();
  const hospital = useSyncExternalStore(session.hospital.subscribe, session.hospital.get);
  return (
    <>
      {news !== undefined && news.expiresAt - now < soonMs && (
        <Notice icon={<ClockIcon size={18} />} urgent>
          This session ends at {timeInWords(news.expiresAt, now)}. Sign in again before then: no alarm is shown here
          after it.
          {news.method === 'passkey' && (
            <Button size="xs" variant="default" className={classes.act} onClick={signInAgain}>
              Sign in again
            </Button>
          )}
        </Notice>
      )}
      <div className={classes.line}>
        {news?.method === 'link' && (
          <Notice icon={<UnreadableIcon size={18} />}>
            People sign in here by one-time links, without passkeys: for trials only.
          </Notice>
        )}
        {hospital?.softwareKeys === true && (
          <Notice icon={<UnreadableIcon size={18} />}>
            The hospital’s keys lie in files, not in a TPM: which release it runs cannot be proved.
          </Notice>
        )}
      </div>
    </>
  );
}

interface NoticeProps {
  readonly icon: ReactNode;
  readonly urgent?: boolean;
  readonly children: ReactNode;
}

export function Notice({ icon, urgent = false, children }: NoticeProps) {
  return (
    <p className={classes.notice} data-urgent={urgent} role={urgent ? 'alert' : 'note'}>
      {icon}
      <span className={classes.text}>{children}</span>
    </p>
  );
}
