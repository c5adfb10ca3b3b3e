import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { Field } from '../../parts/field.tsx';
import { Screen, Stack } from '../../parts/screen.tsx';
import { type enteredNumbers, entryOf, exampleOf } from '../../readings/entry.ts';
import type { QuestionProps } from './answer.ts';
import { problemInWords } from './problem-in-words.ts';

interface AskNumberProps extends QuestionProps {
  readonly what: (typeof enteredNumbers)[number];
}

export function AskNumber({ what, onAnswer, onBack }: AskNumberProps) {
  const { t, times } = useWords();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const answer = () => {
    const entry = entryOf(what, typed);
    if (entry.problem !== undefined) return setProblem(problemInWords(entry.problem, exampleOf(what), t));
    const { measurement, unusual, fahrenheit, value } = entry;
    const note =
      fahrenheit === undefined
        ? undefined
        : t('enter.fahrenheit', { entered: times.number(fahrenheit, 1), celsius: times.number(value, 1) });
    onAnswer({ measurements: [measurement], unusual, note });
  };
  return (
    <Screen title={t(`enter.${what}.question`)} back={onBack}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          answer();
        }}
      >
        <Stack>
          <Field
            label={t(`enter.${what}.label`)}
            hint={t(`enter.${what}.hint`)}
            value={typed}
            onChange={(text) => {
              setTyped(text);
              setProblem(undefined);
            }}
            problem={problem}
            inputMode="decimal"
            maxLength={8}
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
