// Where the hospital signs people in by one-time links: for trials, and for machines without an authenticator.
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { SignInStep } from '../../enrolment/sign-in.ts';
import { Failure } from './failure.tsx';
import classes from './sheet.module.css';
import { Sheet } from './sheet.tsx';

const steps: readonly { readonly step: SignInStep; readonly text: string }[] = [
  { step: 'key', text: 'Make a key that cannot leave this browser' },
  { step: 'certificate', text: 'Have it certified, once, with the code of the link' },
];

export function LinkProgress({ at }: { readonly at: SignInStep }) {
  const reached = steps.findIndex(({ step }) => step === at);
  return (
    <Sheet title="Signing this device in">
      <ol className={classes.steps} aria-live="polite">
        {steps.map(({ step, text }, i) => (
          <li
            key={step}
            data-state={i < reached ? 'done' : i === reached ? 'now' : 'next'}
            aria-current={i === reached ? 'step' : undefined}
          >
            <span className={classes.number}>{i < reached ? '✓' : i + 1}</span>
            {text}
          </li>
        ))}
      </ol>
    </Sheet>
  );
}

interface LinkSignInProps {
  readonly who: string;
  readonly failed: string | undefined;
  readonly onLink: (link: string) => void;
}

export function LinkSignIn({ who, failed, onLink }: LinkSignInProps) {
  const [link, setLink] = useState('');
  return (
    <Sheet title={`Sign in this ${who} device`}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          onLink(link.trim());
        }}
      >
        <p>
          Open the one-time sign-in link that the hospital gave you, or paste it here. This device then makes its own
          key; readings are sealed to that key, and nobody without one sees any.
        </p>
        {failed !== undefined && <Failure title="Not signed in." code={failed} />}
        <Textarea
          label="Sign-in link"
          value={link}
          onChange={(event) => setLink(event.currentTarget.value)}
          placeholder="https://…/#…"
          rows={3}
          spellCheck={false}
          autoComplete="off"
        />
        <Button type="submit" size="md" disabled={link.trim() === ''}>
          Sign in
        </Button>
      </form>
    </Sheet>
  );
}
