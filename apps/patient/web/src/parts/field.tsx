// A labelled field with large type. What is wrong with it stands below it and is said by a screen reader.
import { TextInput, type TextInputProps } from '@mantine/core';
import classes from './field.module.css';
import { TypedGroups } from './typed-groups.tsx';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: string | undefined;
  readonly inputMode?: TextInputProps['inputMode'];
  readonly autoComplete?: string;
  readonly secret?: boolean;
  readonly big?: boolean;
  readonly maxLength?: number;
  readonly name?: string;
  /** Long, and printed in groups of five. */
  readonly code?: boolean;
}

const classNames = {
  label: classes.label ?? '',
  description: classes.hint ?? '',
  error: classes.problem ?? '',
  input: classes.input ?? '',
};

export function Field(props: FieldProps) {
  const { label, hint, value, onChange, problem, inputMode, autoComplete = 'off', secret = false } = props;
  const input = (
    <TextInput
      classNames={classNames}
      label={label}
      description={hint}
      error={problem}
      errorProps={{ role: 'alert' }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      type={secret ? 'password' : 'text'}
      inputMode={inputMode}
      autoComplete={autoComplete}
      autoCapitalize="off"
      spellCheck={false}
      maxLength={props.maxLength}
      name={props.name}
      data-big={props.big}
      data-code={props.code}
      dir={props.code || props.big ? 'ltr' : undefined}
    />
  );
  if (!props.code) return input;
  return (
    <div>
      {input}
      <TypedGroups typed={value} />
    </div>
  );
}
