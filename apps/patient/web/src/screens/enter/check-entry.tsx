// Once more before it is handed in: a wrong digit here is a wrong decision there.
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Card, Screen, Stack } from '../../parts/screen.tsx';
import { ValueText } from '../../parts/value-text.tsx';
import { kindOf, shownValue } from '../../readings/kinds.ts';
import { usePhone } from '../../shell/phone-context.tsx';
import { useDeed } from '../../shell/use-deed.ts';
import type { Answer } from './answer.ts';
import { CallNow } from './call-now.tsx';

interface CheckEntryProps {
  readonly answer: Answer;
  readonly onChange: () => void;
  readonly onDone: () => void;
}

export function CheckEntry({ answer, onChange, onDone }: CheckEntryProps) {
  const { t } = useWords();
  const phone = usePhone();
  const deed = useDeed();
  const handIn = async () => {
    if (await deed.run(() => phone.enter(answer.measurements))) onDone();
  };
  return (
    <Screen title={t('enter.checkTitle')} back={onChange}>
      {answer.callNow === true && <CallNow />}
      <AnswerShown answer={answer} />
      {answer.note !== undefined && <p>{answer.note}</p>}
      {answer.unusual && (
        <Notice tone="attention" icon={<WarningIcon />}>
          <p>{t('enter.unusual')}</p>
        </Notice>
      )}
      <FailureNotice failure={deed.failure} />
      <Stack>
        <Action look="main" busy={deed.busy} onPress={() => void handIn()}>
          {deed.busy ? t('enter.saving') : t('enter.yes')}
        </Action>
        <Action onPress={onChange}>{t('enter.no')}</Action>
      </Stack>
    </Screen>
  );
}

export function AnswerShown({ answer: { measurements } }: { readonly answer: Answer }) {
  const { t } = useWords();
  const kind = kindOf(measurements[0]?.code ?? 0);
  const value = kind && shownValue(measurements, kind);
  if (kind === undefined || value === undefined) return null;
  return (
    <Card>
      <p>{t(`kind.${kind}.name`)}</p>
      <ValueText kind={kind} value={value} big />
    </Card>
  );
}
