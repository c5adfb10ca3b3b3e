// Everything on this phone is forgotten. Asked with what would be lost, and the safe answer first.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Question } from '../../parts/question.tsx';
import { Screen } from '../../parts/screen.tsx';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { goInstead } from '../../shell/route.ts';
import { useDeed } from '../../shell/use-deed.ts';

export function Wipe() {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  return (
    <Screen title={t('settings.wipe')} back={['settings']}>
      <p>{t('settings.wipeText')}</p>
      <LostReadings />
      <Action look="grave" onPress={() => setAsking(true)}>
        {t('settings.wipeYes')}
      </Action>
      {asking && <WipeQuestion onClose={() => setAsking(false)} />}
    </Screen>
  );
}

function LostReadings() {
  const { t } = useWords();
  const { waiting } = usePhoneState();
  if (waiting.readings === 0) return null;
  return (
    <Notice tone="grave" icon={<WarningIcon />}>
      <p>{t('settings.wipeLost', { count: waiting.readings })}</p>
    </Notice>
  );
}

export function WipeQuestion({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const phone = usePhone();
  const deed = useDeed();
  const wipe = async () => {
    if (!(await deed.run(() => phone.wipe()))) return;
    onClose();
    goInstead();
  };
  return (
    <Question title={t('settings.wipeTitle')} onClose={onClose}>
      <p>{t('settings.wipeText')}</p>
      <LostReadings />
      <FailureNotice failure={deed.failure} />
      <Action look="main" onPress={onClose}>
        {t('settings.wipeNo')}
      </Action>
      <Action look="grave" busy={deed.busy} onPress={() => void wipe()}>
        {t('settings.wipeYes')}
      </Action>
    </Question>
  );
}
