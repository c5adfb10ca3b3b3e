// A reading by hand: what, its question, "is this right?", and then where it is.
import { type ReactNode, useState } from 'react';
import { enteredNumbers } from '../../readings/entry.ts';
import { goUp } from '../../shell/route.ts';
import type { Answer } from './answer.ts';
import { AskConsciousness } from './ask-consciousness.tsx';
import { AskNumber } from './ask-number.tsx';
import { AskOxygen } from './ask-oxygen.tsx';
import { AskPressure } from './ask-pressure.tsx';
import { CheckEntry } from './check-entry.tsx';
import { ChooseWhat } from './choose-what.tsx';
import { HandedIn } from './handed-in.tsx';

export function Enter({ what }: { readonly what: string | undefined }) {
  const [answer, setAnswer] = useState<Answer>();
  const [handedInAt, setHandedInAt] = useState<number>();
  if (what === undefined) return <ChooseWhat />;
  if (answer !== undefined && handedInAt !== undefined) return <HandedIn answer={answer} since={handedInAt} />;
  if (answer !== undefined) {
    return (
      <CheckEntry answer={answer} onChange={() => setAnswer(undefined)} onDone={() => setHandedInAt(Date.now())} />
    );
  }
  return questionOf(what, setAnswer, () => goUp('enter'));
}

function questionOf(what: string, onAnswer: (answer: Answer) => void, onBack: () => void): ReactNode {
  const number = enteredNumbers.find((one) => one === what);
  if (number !== undefined) return <AskNumber key={number} what={number} onAnswer={onAnswer} onBack={onBack} />;
  if (what === 'pressure') return <AskPressure onAnswer={onAnswer} onBack={onBack} />;
  if (what === 'oxygen') return <AskOxygen onAnswer={onAnswer} onBack={onBack} />;
  if (what === 'consciousness') return <AskConsciousness onAnswer={onAnswer} onBack={onBack} />;
  return <ChooseWhat />;
}
