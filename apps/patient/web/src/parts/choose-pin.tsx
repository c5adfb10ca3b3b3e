// A new PIN, on two screens: chosen, and once more.
import { useState } from 'react';
import { useWords } from '../language/use-words.ts';
import { Action } from './action.tsx';
import { isPin, PinField } from './pin-field.tsx';
import { Screen, Stack } from './screen.tsx';

interface ChoosePinProps {
  readonly title: string;
  readonly text: string;
  readonly onBack: () => void;
  readonly onPin: (pin: string) => void;
}

/** 0000, 1234, 4321: what a thief tries first. */
export function isSimplePin(pin: string): boolean {
  const steps = new Set(Array.from(pin.slice(1), (digit, i) => Number(digit) - Number(pin[i])));
  const [step = 2] = steps;
  return steps.size === 1 && Math.abs(step) <= 1;
}

export function ChoosePin({ title, text, onBack, onPin }: ChoosePinProps) {
  const { t } = useWords();
  const [chosen, setChosen] = useState<string>();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const isAgain = chosen !== undefined;

  const next = () => {
    if (!isPin(typed)) return setProblem(t('activation.pinShort'));
    if (!isAgain) {
      if (isSimplePin(typed)) return setProblem(t('activation.pinSimple'));
      setChosen(typed);
      setTyped('');
      return setProblem(undefined);
    }
    if (typed === chosen) return onPin(typed);
    setChosen(undefined);
    setTyped('');
    setProblem(t('activation.pinDiffers'));
  };
  const back = () => {
    if (!isAgain) return onBack();
    setChosen(undefined);
    setTyped('');
  };

  return (
    <Screen title={isAgain ? t('activation.pinAgainTitle') : title} back={back}>
      <p>{isAgain ? t('activation.pinAgainText') : text}</p>
      <form
        key={String(isAgain)}
        onSubmit={(event) => {
          event.preventDefault();
          next();
        }}
      >
        <Stack>
          <PinField
            label={t('pin.label')}
            value={typed}
            isNew
            problem={problem}
            onChange={(pin) => {
              setTyped(pin);
              setProblem(undefined);
            }}
          />
          <Action look="main" submits>
            {t('common.next')}
          </Action>
        </Stack>
      </form>
    </Screen>
  );
}
