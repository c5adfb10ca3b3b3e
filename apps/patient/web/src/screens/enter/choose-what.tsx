import { useWords } from '../../language/use-words.ts';
import { ChoiceList } from '../../parts/choice-list.tsx';
import { Screen } from '../../parts/screen.tsx';
import { hrefOf } from '../../shell/route.ts';

const choices = ['temperature', 'pressure', 'pulse', 'spo2', 'respiration', 'consciousness', 'oxygen'] as const;

export function ChooseWhat() {
  const { t } = useWords();
  return (
    <Screen title={t('enter.title')} back={[]}>
      <ChoiceList
        choices={choices.map((kind) => ({ key: kind, name: t(`kind.${kind}.name`), href: hrefOf('enter', kind) }))}
      />
    </Screen>
  );
}
