// Blood pressure: two numbers, in the order in which the monitor shows them.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { Field } from '../../parts/field.tsx';
import { Aside, Screen, Stack } from '../../parts/screen.tsx';
import { entryOf, exampleOf } from '../../readings/entry.ts';
import type { QuestionProps } from './answer.ts';
import { problemInWords } from './problem-in-words.ts';

export function AskPressure({ onAnswer, onBack }: QuestionProps) {
  const { t } = useWords();
  const [upper, setUpper] = useState('');
  const [lower, setLower] = useState('');
  const [problems, setProblems] = useState<{ upper?: string; lower?: string }>({});
  const answer = () => {
    const systolic = entryOf('systolic', upper);
    const diastolic = entryOf('diastolic', lower);
    if (systolic.problem !== undefined) {
      return setProblems({ upper: problemInWords(systolic.problem, exampleOf('systolic'), t) });
    }
    if (diastolic.problem !== undefined) {
      return setProblems({ lower: problemInWords(diastolic.problem, exampleOf('diastolic'), t) });
    }
    if (systolic.value <= diastolic.value) return setProblems({ lower: t('enter.order') });
    onAnswer({
      measurements: [systolic.measurement, diastolic.measurement],
      unusual: systolic.unusual || diastolic.unusual,
    });
  };
  return (
    <Screen title={t('enter.pressure.question')} back={onBack}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          answer();
        }}
      >
        <Stack>
          <Aside>{t('enter.pressure.hint')}</Aside>
          <Field
            label={t('enter.pressure.systolic')}
            value={upper}
            onChange={setUpper}
            problem={problems.upper}
            inputMode="decimal"
            maxLength={5}
            big
          />
          <Field
            label={t('enter.pressure.diastolic')}
            value={lower}
            onChange={setLower}
            problem={problems.lower}
            inputMode="decimal"
            maxLength={5}
            big
          />
          <Action look="main" submits>
            {t('common.next')}
          </Action>
        </Stack>
      </form>
    </Screen>
  );
}
