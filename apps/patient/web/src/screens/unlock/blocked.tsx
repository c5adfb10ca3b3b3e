// Three wrong PINs. The hospital's unblocking code, or a new letter.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { Screen, Stack } from '../../parts/screen.tsx';
import { WipeQuestion } from '../settings/wipe.tsx';
import { Unblock } from './unblock.tsx';

export function Blocked() {
  const { t } = useWords();
  const [step, setStep] = useState<'told' | 'code' | 'letter'>('told');
  if (step === 'code') return <Unblock onBack={() => setStep('told')} />;
  return (
    <Screen title={t('unlock.blockedTitle')}>
      <p>{t('unlock.blocked')}</p>
      <p>{t('unlock.blockedDo')}</p>
      <Stack>
        <Action look="main" onPress={() => setStep('code')}>
          {t('unlock.haveCode')}
        </Action>
        <Action onPress={() => setStep('letter')}>{t('unlock.newLetter')}</Action>
      </Stack>
      {step === 'letter' && <WipeQuestion onClose={() => setStep('told')} />}
    </Screen>
  );
}
