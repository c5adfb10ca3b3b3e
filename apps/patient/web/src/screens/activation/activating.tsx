import { Loader } from '@mantine/core';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { Screen, Stack } from '../../parts/screen.tsx';
import type { Deed } from '../../shell/use-deed.ts';

interface ActivatingProps {
  readonly failure: Deed['failure'];
  readonly onAgain: () => void;
  readonly onOtherCode: () => void;
}

export function Activating({ failure, onAgain, onOtherCode }: ActivatingProps) {
  const { t } = useWords();
  if (failure === undefined) {
    return (
      <Screen title={t('activation.workingTitle')}>
        <Loader aria-hidden="true" />
        <p>{t('activation.working')}</p>
      </Screen>
    );
  }
  return (
    <Screen title={t('activation.failedTitle')}>
      <FailureNotice failure={failure} />
      <Stack>
        <Action look="main" onPress={onAgain}>
          {t('common.tryAgain')}
        </Action>
        <Action onPress={onOtherCode}>{t('activation.anotherCode')}</Action>
      </Stack>
    </Screen>
  );
}
