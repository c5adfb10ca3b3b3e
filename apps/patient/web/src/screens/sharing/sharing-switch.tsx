// One thing that is shared or not: what is so now, and the deed that changes it. Stopping asks first, and says what it costs.
import { type ReactNode, useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { Question } from '../../parts/question.tsx';
import { Card } from '../../parts/screen.tsx';
import { useDeed } from '../../shell/use-deed.ts';
import classes from './sharing.module.css';

interface SharingSwitchProps {
  readonly title: string;
  readonly why?: string;
  /** With its sign. */
  readonly state: ReactNode;
  readonly isShared: boolean;
  /** The browser asks the patient at this moment. */
  readonly isAsking?: boolean;
  readonly start: string;
  readonly stop: string;
  readonly stopTitle: string;
  readonly stopText: string;
  readonly share: (shared: boolean) => Promise<void>;
}

export function SharingSwitch(props: SharingSwitchProps) {
  const { title, why, state, isShared, isAsking = false, start, stop, stopTitle, stopText } = props;
  const { t } = useWords();
  const deed = useDeed();
  const [asking, setAsking] = useState(false);
  const share = (shared: boolean) => void deed.run(() => props.share(shared));
  return (
    <Card>
      <h2>{title}</h2>
      {why !== undefined && <p>{why}</p>}
      <p className={classes.state} role="status">
        {state}
      </p>
      <FailureNotice failure={deed.failure} />
      {isShared ? (
        <Action busy={deed.busy} onPress={() => setAsking(true)}>
          {stop}
        </Action>
      ) : (
        <Action look="main" busy={deed.busy || isAsking} onPress={() => share(true)}>
          {start}
        </Action>
      )}
      {asking && (
        <Question title={stopTitle} onClose={() => setAsking(false)}>
          <p>{stopText}</p>
          <Action look="main" onPress={() => setAsking(false)}>
            {t('sharing.stopNo')}
          </Action>
          <Action
            onPress={() => {
              setAsking(false);
              share(false);
            }}
          >
            {t('sharing.stopYes')}
          </Action>
        </Question>
      )}
    </Card>
  );
}
