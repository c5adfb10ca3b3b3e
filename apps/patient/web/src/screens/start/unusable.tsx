// The store of the card cannot be used: said plainly, with the one way out.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { Aside, Screen } from '../../parts/screen.tsx';
import { WipeQuestion } from '../settings/wipe.tsx';

export function Unusable({ code }: { readonly code: string }) {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  return (
    <Screen title={t('start.unusableTitle')}>
      <p>{t('start.unusable')}</p>
      <p>{t('start.unusableDo')}</p>
      <Action onPress={() => setAsking(true)}>{t('start.startAgain')}</Action>
      <Aside>{t('common.tell', { code })}</Aside>
      {asking && <WipeQuestion onClose={() => setAsking(false)} />}
    </Screen>
  );
}
