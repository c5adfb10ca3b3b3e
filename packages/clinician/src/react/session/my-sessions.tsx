// The person's own devices: where they are signed in, and the passkeys that they hold. What was lost is ended here.
import { Button } from '@mantine/core';
import type { MySessions as Mine } from '@vitalseal/protocol';
import { useCallback, useEffect, useState } from 'react';
import { codeOf, reasonOf } from '../../errors.ts';
import { newsOf } from '../../session/session-state.ts';
import { timeInWords } from '../../ward/vital-names.ts';
import { useDeviceNow } from '../clinician-context.tsx';
import { Failure } from '../entrance/failure.tsx';
import classes from './my-sessions.module.css';
import { usePageSession, useSessionState } from './session-context.tsx';
import { useStepUp } from './step-up.tsx';

export function MySessions() {
  const { session } = usePageSession();
  const own = newsOf(useSessionState())?.session;
  const steppedUp = useStepUp();
  const now = useDeviceNow();
  const [mine, setMine] = useState<Pick<Mine, 'sessions' | 'passkeys'>>();
  const [failed, setFailed] = useState<string>();
  const read = useCallback(
    () => session.mine().then(setMine, (error: unknown) => setFailed(reasonOf(error))),
    [session],
  );
  useEffect(() => void read(), [read]);
  const act = async (deed: () => Promise<void>) => {
    setFailed(undefined);
    try {
      await steppedUp(deed);
      await read();
    } catch (error) {
      if (codeOf(error) !== 'passkey-declined') setFailed(reasonOf(error));
    }
  };
  return (
    <section className={classes.mine} aria-label="Your devices and passkeys">
      <h3 className={classes.title}>Your devices</h3>
      {failed !== undefined && <Failure title="Not done." code={failed} />}
      <ul className={classes.list}>
        {mine?.sessions.map(({ session: id, openedAt, activeAt, connected, locked }) => (
          <li key={id} className={classes.line}>
            <span>
              {id === own ? 'This page' : `Signed in ${timeInWords(openedAt, now)}`}
              <span className={classes.aside}>
                last used {timeInWords(activeAt, now)}
                {locked ? ', locked' : connected ? ', connected' : ', not connected'}
              </span>
            </span>
            {id !== own && (
              <Button
                size="xs"
                variant="default"
                aria-label={`End it: the session of ${timeInWords(openedAt, now)}`}
                onClick={() => void act(() => session.end(id))}
              >
                End it
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mine !== undefined && mine.passkeys.length > 0 && (
        <>
          <h3 className={classes.title}>Your passkeys</h3>
          <ul className={classes.list}>
            {mine.passkeys.map(({ passkey, label, registeredAt, usedAt }) => (
              <li key={String(passkey)} className={classes.line}>
                <span>
                  {label}
                  <span className={classes.aside}>
                    made {timeInWords(registeredAt, now)}
                    {usedAt !== undefined && `, last used ${timeInWords(usedAt, now)}`}
                  </span>
                </span>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={`Remove the passkey ${label}`}
                  onClick={() => void act(() => session.removePasskey(passkey))}
                >
                  Remove
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
