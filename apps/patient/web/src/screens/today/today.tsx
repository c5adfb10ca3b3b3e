// The day: how the readings stand, what was measured last, and one thing to do.
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { PlusIcon } from '../../parts/icons.tsx';
import { Screen } from '../../parts/screen.tsx';
import { hrefOf } from '../../shell/route.ts';
import { LatestReadings } from './latest-readings.tsx';
import { LinkAges } from './link-ages.tsx';
import { Notices } from './notices.tsx';
import { StandingNotice } from './standing-notice.tsx';

export function Today() {
  const { t } = useWords();
  return (
    <Screen title={t('today.title')}>
      <Notices />
      <StandingNotice />
      <Action look="main" icon={<PlusIcon />} href={hrefOf('enter')}>
        {t('today.enter')}
      </Action>
      <LatestReadings />
      <LinkAges />
    </Screen>
  );
}
