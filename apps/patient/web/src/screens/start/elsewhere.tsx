import { useWords } from '../../language/use-words.ts';
import { Screen } from '../../parts/screen.tsx';

export function Elsewhere() {
  const { t } = useWords();
  return (
    <Screen title={t('start.elsewhereTitle')}>
      <p>{t('start.elsewhere')}</p>
    </Screen>
  );
}
