// The first time: whom the invitation is for, and the passkey that is made with it.
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Person } from '../../sign-in/sign-in-desk.ts';
import { KeyIcon } from '../icons.tsx';
import { Failure } from './failure.tsx';
import classes from './sheet.module.css';
import { Sheet } from './sheet.tsx';

interface InvitationProps {
  /** Undefined while the hospital is asked, and where it did not say. */
  readonly person: Person | undefined;
  readonly busy: boolean;
  readonly failed: string | undefined;
  readonly onRegister: (label: string) => void;
  readonly onLeave: () => void;
}

const parts: Record<Person['role'], string> = {
  doctor: 'a doctor',
  ambulance: 'an ambulance crew',
  administrator: 'an administrator',
  auditor: 'an auditor',
};

const longestLabel = 64;
/** With these no other try can help. */
const hopeless = new Set([
  'link-malformed',
  'invitation-refused',
  'invitation-expired',
  'invitation-used',
  'not-admitted',
]);

export function Invitation({ person, busy, failed, onRegister, onLeave }: InvitationProps) {
  const [label, setLabel] = useState(thisDevice);
  if (person === undefined || (failed !== undefined && hopeless.has(failed))) {
    return (
      <Sheet title="Your invitation">
        <div className={classes.form}>
          {failed === undefined ? (
            <p role="status">Asking the hospital whom it is for.</p>
          ) : (
            <Failure title="It cannot be used." code={failed} />
          )}
          <Button variant="default" size="md" onClick={onLeave}>
            To the sign-in
          </Button>
        </div>
      </Sheet>
    );
  }
  return (
    <Sheet title={`Welcome, ${person.name}`}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          onRegister(label.trim());
        }}
      >
        <p>
          You are invited as {parts[person.role]}, known here as <strong>{person.id}</strong>. If that is not you, close
          this page and tell the office.
        </p>
        <p>
          Make a passkey: this device will ask for your fingerprint, face or PIN, or for your security key. From then on
          it signs you in, and the invitation is used up.
        </p>
        {failed !== undefined && <Failure title="No passkey was made." code={failed} />}
        <TextInput
          label="Name of this passkey"
          description="By it you and the office tell your passkeys apart."
          value={label}
          maxLength={longestLabel}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Button type="submit" size="lg" leftSection={<KeyIcon size={20} />} loading={busy}>
          Make my passkey
        </Button>
      </form>
    </Sheet>
  );
}

function thisDevice(): string {
  const { userAgent } = navigator;
  const system = /Android|iPhone|iPad|Windows|Macintosh|CrOS|Linux/.exec(userAgent)?.[0] ?? 'this device';
  const names: Record<string, string> = { Macintosh: 'Mac', CrOS: 'Chromebook' };
  const browser = /Firefox|Edg|Chrome|Safari/.exec(userAgent)?.[0];
  const browsers: Record<string, string> = { Edg: 'Edge' };
  return browser === undefined ? system : `${browsers[browser] ?? browser} on ${names[system] ?? system}`;
}
