import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { CheckIcon, WarningIcon } from '../../parts/icons.tsx';
import { Question } from '../../parts/question.tsx';
import { Card } from '../../parts/screen.tsx';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { useDeed } from '../../shell/use-deed.ts';
import classes from './sharing.module.css';

export function ReadingsSharing() {
  const { t } = useWords();
  const phone = usePhone();
  const { consent } = usePhoneState();
  const deed = useDeed();
  const [asking, setAsking] = useState(false);
  const share = (shared: boolean) => void deed.run(() => phone.shareReadings(shared));
  return (
    <Card>
      <h2>{t('sharing.readings')}</h2>
      <p className={classes.state} role="status">
        {consent.readings ? <CheckIcon /> : <WarningIcon />}
        {t(consent.readings ? 'sharing.readingsOn' : 'sharing.readingsOff')}
      </p>
      <FailureNotice failure={deed.failure} />
      {consent.readings ? (
        <Action busy={deed.busy} onPress={() => setAsking(true)}>
          {t('sharing.readingsStop')}
        </Action>
      ) : (
        <Action look="main" busy={deed.busy} onPress={() => share(true)}>
          {t('sharing.readingsStart')}
        </Action>
      )}
      {asking && (
        <Question title={t('sharing.readingsStopTitle')} onClose={() => setAsking(false)}>
          <p>{t('sharing.readingsStopText')}</p>
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
