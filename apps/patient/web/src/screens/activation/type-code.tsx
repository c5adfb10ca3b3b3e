// The code by hand. Its check sum finds a wrong sign here, before anybody is asked.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { Field } from '../../parts/field.tsx';
import { Screen, Stack } from '../../parts/screen.tsx';
import { activationCodeIn } from './scan-letter.tsx';

interface TypeCodeProps {
  readonly onCode: (code: string) => void;
  readonly onBack: () => void;
}

export function TypeCode({ onCode, onBack }: TypeCodeProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  return (
    <Screen title={t('activation.typeTitle')} back={onBack}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const code = activationCodeIn(typed);
          if (code === undefined) setWrong(true);
          else onCode(code);
        }}
      >
        <Stack>
          <Field
            label={t('activation.typeLabel')}
            hint={t('activation.typeHint')}
            value={typed}
            onChange={(text) => {
              setTyped(text.toUpperCase());
              setWrong(false);
            }}
            problem={wrong ? t('activation.typeWrong') : undefined}
            code
          />
          <Action look="main" submits>
            {t('common.next')}
          </Action>
        </Stack>
      </form>
    </Screen>
  );
}
