// While the card starts. A second of nothing is not worth a word; longer is.
import { Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Screen } from '../../parts/screen.tsx';

const slowMs = 3000;

export function Opening() {
  const { t } = useWords();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Screen title={t('start.opening')}>
      <Loader aria-hidden="true" />
      <p role="status">{slow && t('start.openingSlow')}</p>
    </Screen>
  );
}
