// The hospital's unblocking code of eight digits, and then a new PIN.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { ChoosePin } from '../../parts/choose-pin.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { Field } from '../../parts/field.tsx';
import { digitsOf, mostDigits } from '../../parts/pin-field.tsx';
import { Screen, Stack } from '../../parts/screen.tsx';
import { usePhone } from '../../shell/phone-context.tsx';
import { useDeed } from '../../shell/use-deed.ts';

export function Unblock({ onBack }: { readonly onBack: () => void }) {
  const { t } = useWords();
  const phone = usePhone();
  const deed = useDeed();
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string>();
  const [step, setStep] = useState<'code' | 'pin'>('code');
  if (step === 'pin') {
    return (
      <ChoosePin
        title={t('activation.pinTitle')}
        text={t('activation.pinText')}
        onBack={() => setStep('code')}
        onPin={(pin) => {
          setStep('code');
          void deed.run(() => phone.unblock(code, pin));
        }}
      />
    );
  }
  return (
    <Screen title={t('unlock.code')} back={onBack}>
      <p>{t('unlock.blockedDo')}</p>
      <FailureNotice failure={deed.failure} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (code.length === mostDigits) setStep('pin');
          else setProblem(t('unlock.blockedDo'));
        }}
      >
        <Stack>
          <Field
            label={t('unlock.code')}
            value={code}
            onChange={(text) => {
              setCode(digitsOf(text));
              setProblem(undefined);
            }}
            inputMode="numeric"
            problem={problem}
            big
          />
          <Action look="main" submits busy={deed.busy}>
            {deed.busy ? t('unlock.checking') : t('common.next')}
          </Action>
        </Stack>
      </form>
    </Screen>
  );
}
