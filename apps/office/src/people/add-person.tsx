// Somebody new: on the books first, then the invitation by which they make their passkey.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { Dialog, DialogActions, Failure } from '@vitalseal/clinician/react';
import { type InvitationLink, type StaffRole, staffRoles } from '@vitalseal/protocol';
import { useState } from 'react';
import { useDeed, useOffice } from '../office-context.tsx';
import { roleInWords } from '../parts/person-words.ts';
import classes from './add-person.module.css';

interface AddPersonProps {
  readonly onInvited: (invitation: InvitationLink) => void;
  readonly onClose: () => void;
}

const idForm = /^[A-Za-z0-9._-]{1,64}$/;
const choices = staffRoles.map((role) => ({ value: role, label: roleInWords(role) }));

export function AddPerson({ onInvited, onClose }: AddPersonProps) {
  const office = useOffice();
  const deed = useDeed();
  const [role, setRole] = useState<StaffRole>('doctor');
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const add = () =>
    deed.run(async () => {
      const person = { role, id };
      await office.ask({ type: 'register', person, name: name.trim(), tier: 1, onCall: false }, 'result');
      onInvited(await office.ask({ type: 'invite', person }, 'invitation'));
    });
  return (
    <Dialog title="Add a person" onClose={onClose}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <NativeSelect
          label="Role"
          data={choices}
          value={role}
          onChange={(event) => {
            const chosen = staffRoles.find((one) => one === event.currentTarget.value);
            if (chosen !== undefined) setRole(chosen);
          }}
        />
        <TextInput
          label="Name"
          description="As colleagues read it."
          value={name}
          maxLength={256}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Identifier"
          description="In certificates and in the audit log, for good: letters, digits, dot, dash, underscore."
          value={id}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          error={id !== '' && !idForm.test(id) ? 'Only letters, digits, dot, dash and underscore.' : undefined}
          onChange={(event) => setId(event.currentTarget.value)}
        />
        {deed.failed !== undefined && <Failure title="Not added." code={deed.failed} />}
        <DialogActions>
          <Button type="submit" loading={deed.busy} disabled={!idForm.test(id) || name.trim() === ''}>
            Add and invite
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
