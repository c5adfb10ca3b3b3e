// From the hospital's letter to an app in service: the code by camera, by hand or by a link; a PIN, twice; then the card
// and the hospital do the rest.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { ChoosePin } from '../../parts/choose-pin.tsx';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { useDeed } from '../../shell/use-deed.ts';
import { Activating } from './activating.tsx';
import { ScanLetter } from './scan-letter.tsx';
import { TypeCode } from './type-code.tsx';
import { Welcome } from './welcome.tsx';

type Step = 'welcome' | 'scan' | 'type' | 'pin' | 'working';

export function Activation({ code: given }: { readonly code: string | undefined }) {
  const { t } = useWords();
  const phone = usePhone();
  const { card } = usePhoneState();
  const [step, setStep] = useState<Step>('welcome');
  const [code, setCode] = useState(given);
  const [pin, setPin] = useState('');
  const deed = useDeed();

  const activate = (withCode: string, withPin: string) => {
    setStep('working');
    void deed.run(() => phone.activate(withCode, withPin));
  };
  const take = (found: string) => {
    setCode(found);
    setStep('pin');
  };

  if (card.state === 'activating' || step === 'working') {
    return (
      <Activating
        failure={deed.busy ? undefined : deed.failure}
        onAgain={() => activate(code ?? '', pin)}
        onOtherCode={() => {
          deed.clear();
          setCode(undefined);
          setStep('welcome');
        }}
      />
    );
  }
  switch (step) {
    case 'welcome':
      return <Welcome hasCode={code !== undefined} onStep={setStep} />;
    case 'scan':
      return <ScanLetter onCode={take} onType={() => setStep('type')} onBack={() => setStep('welcome')} />;
    case 'type':
      return <TypeCode onCode={take} onBack={() => setStep('welcome')} />;
    case 'pin':
      return (
        <ChoosePin
          title={t('activation.pinTitle')}
          text={t('activation.pinText')}
          onBack={() => setStep('welcome')}
          onPin={(chosen) => {
            setPin(chosen);
            activate(code ?? '', chosen);
          }}
        />
      );
  }
}
