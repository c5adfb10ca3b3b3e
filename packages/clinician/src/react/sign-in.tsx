// Before anything is known: a device without a certificate sees no reading. The one-time link enrols it.
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { SignInStep } from '../enrolment/sign-in.ts';
import classes from './sign-in.module.css';

export type SignInState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'enrolling'; readonly step: SignInStep }
  | { readonly kind: 'failed'; readonly code: string };

const steps: readonly { readonly step: SignInStep; readonly text: string }[] = [
  { step: 'key', text: 'Make a key that cannot leave this browser' },
  { step: 'certificate', text: 'Have it certified, once, with the code of the link' },
];

const advice: Record<string, string> = {
  'link-malformed': 'This is not a whole sign-in link. Copy it again, from the first character to the last.',
  'link-for-another-role': 'This link signs in a device of another role. Doctors and crews have pages of their own.',
  'root-not-pinned':
    'The certificate of the authority is not the one that the link names. Do not go on: tell the hospital’s IT.',
  'enrolment-refused': 'The link was used already, or its time has passed. Ask the hospital for a new one.',
  'hospital-unreachable': 'The hospital does not answer. Check the network and try again: the link stays good.',
  'handshake-failed': 'The hospital could not prove who it is. Do not go on: tell the hospital’s IT.',
  'key-store-unavailable': 'This browser keeps no keys here, as in some private windows. Use an ordinary window.',
  'certificate-expired': 'The certificate of this device has expired. Ask the hospital for a new sign-in link.',
};

interface SignInProps {
  readonly who: string;
  readonly state: SignInState;
  readonly onLink: (link: string) => void;
}

export function SignIn({ who, state, onLink }: SignInProps) {
  if (state.kind === 'opening') return null;
  return (
    <main className={classes.page}>
      <div className={classes.sheet}>
        <p className={classes.product}>Vitalseal</p>
        <h1 className={classes.title}>
          {state.kind === 'enrolling' ? 'Signing this device in' : `Sign in this ${who} device`}
        </h1>
        {state.kind === 'enrolling' ? <Progress at={state.step} /> : <LinkForm state={state} onLink={onLink} />}
      </div>
    </main>
  );
}

function Progress({ at }: { readonly at: SignInStep }) {
  const reached = steps.findIndex(({ step }) => step === at);
  return (
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
  );
}

function LinkForm({ state, onLink }: Pick<SignInProps, 'state' | 'onLink'>) {
  const [link, setLink] = useState('');
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        onLink(link.trim());
      }}
    >
      <p>
        Open the one-time sign-in link that the hospital gave you, or paste it here. This device then makes its own key;
        readings are sealed to that key, and nobody without one sees any.
      </p>
      {state.kind === 'failed' && (
        <p className={classes.failure} role="alert">
          <strong>Not signed in.</strong> {advice[state.code] ?? 'Something went wrong that should not have.'}{' '}
          <span className={classes.code}>({state.code})</span>
        </p>
      )}
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
  );
}
