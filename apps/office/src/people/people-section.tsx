// Everybody on the hospital's books: who is on call, who has a passkey, who is invited.
import { Button } from '@mantine/core';
import { useDeviceNow } from '@vitalseal/clinician/react';
import { formatIdentity, type InvitationLink, type Person } from '@vitalseal/protocol';
import { useState } from 'react';
import { useAnswer } from '../office-context.tsx';
import { hasRota, roleInWords } from '../parts/person-words.ts';
import { Empty, Section } from '../parts/section.tsx';
import table from '../parts/table.module.css';
import { whenInWords } from '../parts/times.ts';
import { AddPerson } from './add-person.tsx';
import { InvitationDialog } from './invitation-dialog.tsx';
import classes from './people-section.module.css';
import { PersonPanel } from './person-panel.tsx';

export function PeopleSection() {
  const { answer, failed } = useAnswer('people', { type: 'people' });
  const now = useDeviceNow();
  const [chosen, setChosen] = useState<string>();
  const [adding, setAdding] = useState(false);
  const [invitation, setInvitation] = useState<InvitationLink>();
  const people = [...(answer?.people ?? [])].sort(
    (a, b) => a.person.role.localeCompare(b.person.role) || a.name.localeCompare(b.name),
  );
  const shown = people.find(({ person }) => formatIdentity(person) === chosen);
  return (
    <Section
      title="People"
      text="Everybody signs in with a passkey of their own, which they make with an invitation."
      action={<Button onClick={() => setAdding(true)}>Add a person</Button>}
      unread={failed}
    >
      {people.length === 0 ? (
        <Empty asked={answer !== undefined} text="Nobody yet. Add the first person, and give them the invitation." />
      ) : (
        <div className={classes.body} data-chosen={shown !== undefined}>
          <table className={table.table}>
            <caption className={table.caption}>People by role and name</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Role</th>
                <th scope="col">On call</th>
                <th scope="col">Passkeys</th>
                <th scope="col">Sessions</th>
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <Row
                  key={formatIdentity(person.person)}
                  person={person}
                  now={now}
                  chosen={person === shown}
                  onChoose={() => setChosen(formatIdentity(person.person))}
                />
              ))}
            </tbody>
          </table>
          {shown !== undefined && (
            <PersonPanel
              key={formatIdentity(shown.person)}
              person={shown}
              onInvited={setInvitation}
              onClose={() => setChosen(undefined)}
            />
          )}
        </div>
      )}
      {adding && (
        <AddPerson
          onClose={() => setAdding(false)}
          onInvited={(made) => {
            setAdding(false);
            setInvitation(made);
          }}
        />
      )}
      {invitation !== undefined && (
        <InvitationDialog
          invitation={invitation}
          name={people.find(({ person }) => person.id === invitation.person.id)?.name ?? invitation.person.id}
          onClose={() => setInvitation(undefined)}
        />
      )}
    </Section>
  );
}

interface RowProps {
  readonly person: Person;
  readonly now: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Row({ person, now, chosen, onChoose }: RowProps) {
  const { name, onCall, tier, passkeys, sessions, invitedUntil } = person;
  const { role, id } = person.person;
  return (
    <tr className={classes.row} data-chosen={chosen}>
      <th scope="row">
        <button type="button" className={classes.open} aria-expanded={chosen} onClick={onChoose}>
          {name}
        </button>
        <span className={table.aside}>{id}</span>
      </th>
      <td>{roleInWords(role)}</td>
      <td>{hasRota(role) ? (onCall ? `yes, tier ${tier}` : 'no') : '–'}</td>
      <td>
        {passkeys.length === 0 ? 'none' : passkeys.length}
        {invitedUntil !== undefined && (
          <span className={table.aside}>invited until {whenInWords(invitedUntil, now)}</span>
        )}
      </td>
      <td>{sessions === 0 ? 'none' : sessions}</td>
    </tr>
  );
}
