// The browser has thrown the card away: what is gone, what is not, and the way back.
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Screen } from '../../parts/screen.tsx';
import { usePhone } from '../../shell/phone-context.tsx';
import { goInstead } from '../../shell/route.ts';
import { useDeed } from '../../shell/use-deed.ts';

/** @property waiting readings that the hospital had not confirmed */
export function Lost({ waiting }: { readonly waiting: number }) {
  const { t } = useWords();
  const phone = usePhone();
  const deed = useDeed();
  const startAgain = async () => {
    if (await deed.run(() => phone.wipe())) goInstead();
  };
  return (
    <Screen title={t('start.lostTitle')}>
      <p>{t('start.lost')}</p>
      <Notice tone={waiting > 0 ? 'grave' : 'plain'} icon={<WarningIcon />}>
        <p>{waiting > 0 ? t('start.lostReadings', { count: waiting }) : t('start.lostNone')}</p>
      </Notice>
      <p>{t('start.lostDo')}</p>
      <FailureNotice failure={deed.failure} />
      <Action look="main" busy={deed.busy} onPress={() => void startAgain()}>
        {t('start.startAgain')}
      </Action>
    </Screen>
  );
}
