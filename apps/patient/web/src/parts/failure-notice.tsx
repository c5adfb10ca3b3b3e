// What did not work, in words; the code stands small below it, for whoever the patient phones.
import { useWords } from '../language/use-words.ts';
import type { Deed } from '../shell/use-deed.ts';
import classes from './failure-notice.module.css';
import { WarningIcon } from './icons.tsx';
import { Notice } from './notice.tsx';

export function FailureNotice({ failure }: { readonly failure: Deed['failure'] }) {
  const { t } = useWords();
  if (failure === undefined) return null;
  return (
    <Notice tone="grave" icon={<WarningIcon />} say="alert">
      <p>{t(`failure.${failure.text}`)}</p>
      {failure.text !== 'chosenNone' && <p className={classes.code}>{t('common.tell', { code: failure.code })}</p>}
    </Notice>
  );
}
