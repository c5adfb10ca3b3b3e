// The location: the reason before the browser asks, and what is shared while it is.
import { useState } from 'react';
import { useWords, type Words } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { PlaceIcon, WarningIcon } from '../../parts/icons.tsx';
import { Question } from '../../parts/question.tsx';
import { Card } from '../../parts/screen.tsx';
import type { PhoneState } from '../../phone/phone-state.ts';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { useNow } from '../../shell/ticker.ts';
import { useDeed } from '../../shell/use-deed.ts';
import classes from './sharing.module.css';

export function LocationSharing() {
  const words = useWords();
  const { t } = words;
  const phone = usePhone();
  const { location } = usePhoneState();
  const now = useNow();
  const deed = useDeed();
  const [asking, setAsking] = useState(false);
  const share = (shared: boolean) => void deed.run(() => phone.shareLocation(shared));
  const isShared = location.state === 'shared';
  return (
    <Card>
      <h2>{t('sharing.location')}</h2>
      <p>{t('sharing.locationWhy')}</p>
      <p className={classes.state} role="status">
        {location.state === 'denied' ? <WarningIcon /> : <PlaceIcon />}
        {stateInWords(location, now, words)}
      </p>
      <FailureNotice failure={deed.failure} />
      {isShared ? (
        <Action busy={deed.busy} onPress={() => setAsking(true)}>
          {t('sharing.locationStop')}
        </Action>
      ) : (
        <Action look="main" busy={deed.busy || location.state === 'asking'} onPress={() => share(true)}>
          {t('sharing.locationStart')}
        </Action>
      )}
      {asking && (
        <Question title={t('sharing.locationStopTitle')} onClose={() => setAsking(false)}>
          <p>{t('sharing.locationStopText')}</p>
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

function stateInWords(location: PhoneState['location'], now: number, { t, times, ago }: Words): string {
  switch (location.state) {
    case 'not-shared':
      return t('sharing.locationOff');
    case 'asking':
      return t('sharing.locationAsking');
    case 'denied':
      return t('sharing.locationDenied');
    case 'shared': {
      const { last } = location;
      if (last === undefined) return t('sharing.locationNoFix');
      const metres = times.number(Math.max(1, Math.round(last.accuracyMetres)));
      return t('sharing.locationFix', { age: ago(last.at, now), metres });
    }
  }
}
