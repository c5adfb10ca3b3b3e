import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { ChoiceList } from '../../parts/choice-list.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { LockIcon } from '../../parts/icons.tsx';
import { LanguageChoice } from '../../parts/language-choice.tsx';
import { Aside, Screen, Stack } from '../../parts/screen.tsx';
import { usePhone } from '../../shell/phone-context.tsx';
import { hrefOf } from '../../shell/route.ts';
import { useDeed } from '../../shell/use-deed.ts';
import { About } from './about.tsx';
import { LookChoice } from './look-choice.tsx';

export function Settings() {
  const { t } = useWords();
  const phone = usePhone();
  const deed = useDeed();
  return (
    <Screen title={t('settings.title')}>
      <LanguageChoice />
      <LookChoice />
      <Stack>
        <h2>{t('settings.security')}</h2>
        <FailureNotice failure={deed.failure} />
        <Action icon={<LockIcon />} busy={deed.busy} onPress={() => void deed.run(() => phone.lock())}>
          {t('settings.lock')}
        </Action>
        <Aside>{t('settings.lockText')}</Aside>
        <ChoiceList
          choices={[
            { key: 'pin', name: t('settings.changePin'), href: hrefOf('settings', 'pin') },
            { key: 'background', name: t('settings.background'), href: hrefOf('background') },
            { key: 'wipe', name: t('settings.wipe'), href: hrefOf('settings', 'wipe') },
          ]}
        />
      </Stack>
      <About />
    </Screen>
  );
}
