// How awake, in words. Who can answer for himself is awake, clear or newly confused; the rest is for whoever looks after
// the patient, and stands apart.
import { type ConsciousnessLevel, consciousnessMeasurement } from '@vitalseal/secure-element/measurement';
import { useWords } from '../../language/use-words.ts';
import { ChoiceList } from '../../parts/choice-list.tsx';
import { Screen } from '../../parts/screen.tsx';
import type { QuestionProps } from './answer.ts';

export function AskConsciousness({ onAnswer, onBack }: QuestionProps) {
  const { t } = useWords();
  const choice = (level: ConsciousnessLevel) => ({
    key: level,
    name: t(`value.${level}`),
    onPress: () =>
      onAnswer({
        measurements: [consciousnessMeasurement(level)],
        unusual: false,
        callNow: level === 'P' || level === 'U',
      }),
  });
  return (
    <Screen title={t('enter.consciousness.question')} back={onBack}>
      <ChoiceList choices={[choice('A'), choice('C')]} />
      <h2>{t('enter.consciousness.forOther')}</h2>
      <ChoiceList choices={[choice('V'), choice('P'), choice('U')]} />
    </Screen>
  );
}
