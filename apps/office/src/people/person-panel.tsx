// One person: their place in the rota, their passkeys, and what ends their access. What takes effect at once and can be
// undone by a sign-in is one press; what cannot is asked twice.
import { Button, NativeSelect, Switch } from '@mantine/core';
import { Failure, useDeviceNow } from '@vitalseal/clinician/react';
import type { InvitationLink, Passkey, Person } from '@vitalseal/protocol';
import { useEffect, useRef, useState } from 'react';
import { useDeed, useOffice } from '../office-context.tsx';
import { hasRota, roleInWords } from '../parts/person-words.ts';
import { whenInWords } from '../parts/times.ts';
import classes from './person-panel.module.css';

interface PersonPanelProps {
  readonly person: Person;
  readonly onInvited: (invitation: InvitationLink) => void;
  readonly onClose: () => void;
}

const tiers = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

export function PersonPanel({ person: shown, onInvited, onClose }: PersonPanelProps) {
  const { person, name, tier, onCall, passkeys, sessions, invitedUntil } = shown;
  const office = useOffice();
  const deed = useDeed();
  const now = useDeviceNow();
  const [removing, setRemoving] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const change = (rota: { tier?: number; onCall?: boolean }) =>
    void deed.run(() => office.ask({ type: 'register', person, name, tier, onCall, ...rota }, 'result'));
  const invite = () => void deed.run(async () => onInvited(await office.ask({ type: 'invite', person }, 'invitation')));
  return (
    <aside className={classes.panel} aria-label={name}>
      <header className={classes.head}>
        <div>
          <h2 className={classes.name} ref={heading} tabIndex={-1}>
            {name}
          </h2>
          <p className={classes.aside}>
            {roleInWords(person.role)} · {person.id}
          </p>
        </div>
        <Button size="xs" variant="subtle" color="gray" className={classes.close} onClick={onClose}>
          Close
        </Button>
      </header>
      {deed.failed !== undefined && <Failure title="Not done." code={deed.failed} />}
      {hasRota(person.role) && (
        <section className={classes.part} aria-label="On call">
          <Switch
            label="On call"
            checked={onCall}
            disabled={deed.busy}
            onChange={(event) => change({ onCall: event.currentTarget.checked })}
          />
          <NativeSelect
            label="Tier"
            description="1 is called first; the next when nobody answers."
            data={tiers}
            value={String(tier)}
            disabled={deed.busy}
            onChange={(event) => change({ tier: Number(event.currentTarget.value) })}
          />
        </section>
      )}
      <section className={classes.part} aria-label="Passkeys">
        <h3 className={classes.title}>Passkeys</h3>
        {passkeys.length === 0 && <p className={classes.aside}>None: without one nobody can sign in as {name}.</p>}
        <ul className={classes.passkeys}>
          {passkeys.map((passkey) => (
            <PasskeyLine
              key={String(passkey.passkey)}
              passkey={passkey}
              now={now}
              busy={deed.busy}
              onRemove={() =>
                void deed.run(() => office.ask({ type: 'remove-passkey', passkey: passkey.passkey }, 'result'))
              }
            />
          ))}
        </ul>
        <div className={classes.actions}>
          <Button size="xs" disabled={deed.busy} onClick={invite}>
            {passkeys.length === 0 ? 'Invite' : 'Invite to another passkey'}
          </Button>
          {invitedUntil !== undefined && (
            <Button
              size="xs"
              variant="default"
              disabled={deed.busy}
              onClick={() => void deed.run(() => office.ask({ type: 'withdraw', person }, 'result'))}
            >
              Withdraw the invitation
            </Button>
          )}
        </div>
        {invitedUntil !== undefined && (
          <p className={classes.aside}>An invitation is open until {whenInWords(invitedUntil, now)}.</p>
        )}
      </section>
      <section className={classes.part} aria-label="Access">
        <h3 className={classes.title}>Access</h3>
        <p className={classes.aside}>
          {sessions === 0 ? 'Nowhere signed in.' : `Signed in on ${sessions} ${sessions === 1 ? 'device' : 'devices'}.`}{' '}
          A device was lost: end everything, then invite anew.
        </p>
        <div className={classes.actions}>
          <Button
            size="xs"
            variant="default"
            disabled={deed.busy || (sessions === 0 && invitedUntil === undefined)}
            onClick={() => void deed.run(() => office.ask({ type: 'revoke-person', person }, 'result'))}
          >
            End all sessions and invitations
          </Button>
          {removing ? (
            <Button
              size="xs"
              className={classes.sure}
              disabled={deed.busy}
              onClick={() => {
                setRemoving(false);
                void deed.run(() => office.ask({ type: 'remove', person }, 'result'));
              }}
            >
              Remove for good: “{person.id}” is never given to anyone again
            </Button>
          ) : (
            <Button size="xs" variant="default" disabled={deed.busy} onClick={() => setRemoving(true)}>
              Remove from the books
            </Button>
          )}
        </div>
      </section>
    </aside>
  );
}

interface PasskeyLineProps {
  readonly passkey: Passkey;
  readonly now: number;
  readonly busy: boolean;
  readonly onRemove: () => void;
}

function PasskeyLine({ passkey, now, busy, onRemove }: PasskeyLineProps) {
  const { label, registeredAt, usedAt } = passkey;
  return (
    <li className={classes.passkey}>
      <span>
        {label || 'A passkey without a name'}
        <span className={classes.aside}>
          made {whenInWords(registeredAt, now)},{' '}
          {usedAt === undefined ? 'never used' : `last used ${whenInWords(usedAt, now)}`}
        </span>
      </span>
      <Button size="xs" variant="default" disabled={busy} aria-label={`Remove the passkey ${label}`} onClick={onRemove}>
        Remove
      </Button>
    </li>
  );
}
