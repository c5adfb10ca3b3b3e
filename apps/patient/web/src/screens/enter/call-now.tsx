import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { CallIcon, WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { emergencyNumber, telephone } from '../help/emergency-number.ts';

export function CallNow() {
  const { t } = useWords();
  return (
    <Notice tone="grave" icon={<WarningIcon />} say="alert">
      <p>{t('enter.callNow', { number: emergencyNumber })}</p>
      <Action look="grave" icon={<CallIcon />} href={telephone}>
        {t('help.phone', { number: emergencyNumber })}
      </Action>
    </Notice>
  );
}
