// The first screen: the language, then the letter.
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { CameraIcon } from '../../parts/icons.tsx';
import { LanguageChoice } from '../../parts/language-choice.tsx';
import { Aside, Screen, Stack } from '../../parts/screen.tsx';
import { LetterPicture } from './letter-picture.tsx';

interface WelcomeProps {
  /** It came with the link that was opened. */
  readonly hasCode: boolean;
  readonly onStep: (step: 'scan' | 'type' | 'pin') => void;
}

export function Welcome({ hasCode, onStep }: WelcomeProps) {
  const { t } = useWords();
  return (
    <Screen title={hasCode ? t('activation.linkTitle') : t('activation.welcomeTitle')}>
      <LanguageChoice asRow />
      <p>{t('activation.welcome')}</p>
      {hasCode ? (
        <>
          <p>{t('activation.linkText')}</p>
          <Action look="main" onPress={() => onStep('pin')}>
            {t('common.next')}
          </Action>
        </>
      ) : (
        <>
          <p>{t('activation.haveReady')}</p>
          <LetterPicture label={t('activation.sampleCode')} />
          <Stack>
            <Action look="main" icon={<CameraIcon />} onPress={() => onStep('scan')}>
              {t('activation.scan')}
            </Action>
            <Action onPress={() => onStep('type')}>{t('activation.type')}</Action>
          </Stack>
        </>
      )}
      <Aside>{t('activation.takes')}</Aside>
    </Screen>
  );
}
