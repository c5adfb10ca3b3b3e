// A new sensor: one of the hospital's, by the code on it; or one of the patient's own.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { ChoiceList } from '../../parts/choice-list.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Aside, Screen } from '../../parts/screen.tsx';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { goInstead } from '../../shell/route.ts';
import { useDeed } from '../../shell/use-deed.ts';
import { SensorCode } from './sensor-code.tsx';

type Step = 'which' | 'code' | 'find-sealed' | 'find-standard';

export function AddSensor() {
  const { t } = useWords();
  const phone = usePhone();
  const [step, setStep] = useState<Step>('which');
  const [code, setCode] = useState('');
  switch (step) {
    case 'which':
      return (
        <Screen title={t('sensors.addTitle')} back={['sensors']}>
          <ChoiceList
            choices={[
              {
                key: 'sealed',
                name: t('sensors.addSealed'),
                about: t('sensors.addSealedText'),
                onPress: () => setStep('code'),
              },
              {
                key: 'standard',
                name: t('sensors.addStandard'),
                about: t('sensors.addStandardText'),
                onPress: () => setStep('find-standard'),
              },
            ]}
          />
        </Screen>
      );
    case 'code':
      return (
        <SensorCode
          onBack={() => setStep('which')}
          onCode={(given) => {
            setCode(given);
            setStep('find-sealed');
          }}
        />
      );
    case 'find-sealed':
      return <Find find={() => phone.addSealedSensor(code)} onBack={() => setStep('code')} />;
    case 'find-standard':
      return <Find isStandard find={() => phone.addStandardSensor()} onBack={() => setStep('which')} />;
  }
}

interface FindProps {
  readonly isStandard?: boolean;
  readonly find: () => Promise<void>;
  readonly onBack: () => void;
}

function Find({ isStandard = false, find, onBack }: FindProps) {
  const { t } = useWords();
  const deed = useDeed();
  const { sensors } = usePhoneState();
  const [before, setBefore] = useState(sensors.length);
  const isChosen = sensors.length > before;
  const search = async () => {
    setBefore(sensors.length);
    if (await deed.run(find)) goInstead('sensors');
  };
  return (
    <Screen title={t('sensors.search')} back={onBack}>
      {isStandard && (
        <Notice tone="plain" icon={<WarningIcon />}>
          <p>{t('sensors.standardWarning')}</p>
        </Notice>
      )}
      <p>{t('sensors.awayText')}</p>
      <p>{t('sensors.searchText')}</p>
      <FailureNotice failure={deed.failure} />
      <Action look="main" busy={deed.busy} onPress={() => void search()}>
        {deed.busy ? t(isChosen ? 'sensors.meeting' : 'sensors.searching') : t('sensors.search')}
      </Action>
      <Aside>{t('sensors.awake')}</Aside>
    </Screen>
  );
}
