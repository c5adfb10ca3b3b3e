import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { ChoosePin } from '../../parts/choose-pin.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { CheckIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { isPin, PinField } from '../../parts/pin-field.tsx';
import { Screen, Stack } from '../../parts/screen.tsx';
import { usePhone } from '../../shell/phone-context.tsx';
import { goUp } from '../../shell/route.ts';
import { useDeed } from '../../shell/use-deed.ts';

export function ChangePin() {
  const { t } = useWords();
  const phone = usePhone();
  const deed = useDeed();
  const [step, setStep] = useState<'current' | 'new' | 'changed'>('current');
  const [pin, setPin] = useState('');
  const [problem, setProblem] = useState<string>();
  const change = async (newPin: string) => {
    setStep('current');
    if (await deed.run(() => phone.changePin(pin, newPin))) setStep('changed');
    setPin('');
  };
  if (step === 'changed') {
    return (
      <Screen title={t('settings.changePin')}>
        <Notice tone="good" icon={<CheckIcon />} say="status">
          <p>{t('settings.pinChanged')}</p>
        </Notice>
        <Action look="main" onPress={() => goUp('settings')}>
          {t('common.done')}
        </Action>
      </Screen>
    );
  }
  if (step === 'new') {
    return (
      <ChoosePin
        title={t('activation.pinTitle')}
        text={t('activation.pinText')}
        onBack={() => setStep('current')}
        onPin={(newPin) => void change(newPin)}
      />
    );
  }
  return (
    <Screen title={t('settings.changePin')} back={['settings']}>
      <FailureNotice failure={deed.failure} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (deed.busy) return;
          if (isPin(pin)) setStep('new');
          else setProblem(t('activation.pinShort'));
        }}
      >
        <Stack>
          <PinField
            label={t('pin.current')}
            value={pin}
            problem={problem}
            onChange={(typed) => {
              setPin(typed);
              setProblem(undefined);
            }}
          />
          <Action look="main" submits busy={deed.busy}>
            {deed.busy ? t('common.moment') : t('common.next')}
          </Action>
        </Stack>
      </form>
    </Screen>
  );
}
