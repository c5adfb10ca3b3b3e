import { oxygenMeasurement } from '@vitalseal/secure-element/measurement';
import { useWords } from '../../language/use-words.ts';
import { ChoiceList } from '../../parts/choice-list.tsx';
import { Screen } from '../../parts/screen.tsx';
import type { QuestionProps } from './answer.ts';

export function AskOxygen({ onAnswer, onBack }: QuestionProps) {
  const { t } = useWords();
  const answer = (oxygen: 0 | 1) => () => onAnswer({ measurements: [oxygenMeasurement(oxygen)], unusual: false });
  return (
    <Screen title={t('enter.oxygen.question')} back={onBack}>
      <p>{t('enter.oxygen.hint')}</p>
      <ChoiceList
        choices={[
          { key: 'yes', name: t('value.oxygenYes'), onPress: answer(1) },
          { key: 'no', name: t('value.oxygenNo'), onPress: answer(0) },
        ]}
      />
    </Screen>
  );
}
