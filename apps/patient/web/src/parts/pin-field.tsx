// A PIN: digits only, the phone's number keys, and the choice to see them. Pasting and password managers work.
import { useState } from 'react';
import { useWords } from '../language/use-words.ts';
import { Action } from './action.tsx';
import { Field } from './field.tsx';

interface PinFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (pin: string) => void;
  readonly isNew?: boolean;
  readonly problem?: string | undefined;
}

export const mostDigits = 8;
export const isPin = (text: string): boolean => /^\d{4,8}$/.test(text);

const arabicZero = 0x0660;
const persianZero = 0x06f0;

/** Whatever digits the keyboard has. */
export function digitsOf(text: string): string {
  return Array.from(text, (sign) => {
    const code = sign.charCodeAt(0);
    const zero = [arabicZero, persianZero].find((start) => code >= start && code <= start + 9);
    return zero === undefined ? sign : String(code - zero);
  })
    .join('')
    .replace(/\D/g, '')
    .slice(0, mostDigits);
}

export function PinField({ label, value, onChange, isNew = false, problem }: PinFieldProps) {
  const { t } = useWords();
  const [shown, setShown] = useState(false);
  return (
    <div>
      <Field
        label={label}
        value={value}
        onChange={(text) => onChange(digitsOf(text))}
        problem={problem}
        inputMode="numeric"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        secret={!shown}
        big
      />
      <Action look="quiet" onPress={() => setShown(!shown)}>
        {t(shown ? 'pin.hide' : 'pin.show')}
      </Action>
    </div>
  );
}
