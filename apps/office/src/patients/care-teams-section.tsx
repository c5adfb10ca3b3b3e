// Who looks after which patient. A doctor on the team sees the patient also when not on call; everybody else needs to be
// on call, or to break the glass.
import { Button, Checkbox } from '@mantine/core';
import { Dialog, DialogActions, Failure } from '@vitalseal/clinician/react';
import type { CareTeam, Person } from '@vitalseal/protocol';
import { useState } from 'react';
import { useAnswer, useDeed, useOffice } from '../office-context.tsx';
import { Empty, Section } from '../parts/section.tsx';
import table from '../parts/table.module.css';
import classes from './care-teams-section.module.css';

export function CareTeamsSection() {
  const teams = useAnswer('care-teams', { type: 'care-teams' });
  const people = useAnswer('people', { type: 'people' });
  const [chosen, setChosen] = useState<CareTeam>();
  const doctors = (people.answer?.people ?? []).filter(({ person }) => person.role === 'doctor');
  const nameOf = (id: string) => doctors.find(({ person }) => person.id === id)?.name ?? id;
  const patients = teams.answer?.patients ?? [];
  return (
    <Section
      title="Care teams"
      text="Doctors on a patient’s team see the patient at all times, and are told when somebody else opens the record in an emergency."
      unread={teams.failed ?? people.failed}
    >
      {patients.length === 0 ? (
        <Empty asked={teams.answer !== undefined} text="No patient is under care. They are admitted at the server." />
      ) : (
        <table className={table.table}>
          <caption className={table.caption}>Patients and their care teams</caption>
          <thead>
            <tr>
              <th scope="col">Patient</th>
              <th scope="col">Care team</th>
              <th scope="col">
                <span className={table.caption}>Change</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {patients.map((entry) => (
              <tr key={entry.patient.id}>
                <th scope="row">
                  <span className={table.name}>{entry.name || entry.patient.id}</span>
                  <span className={table.aside}>{entry.patient.id}</span>
                </th>
                <td>{entry.team.length === 0 ? 'nobody' : entry.team.map(({ id }) => nameOf(id)).join(', ')}</td>
                <td className={table.right}>
                  <Button size="xs" variant="default" onClick={() => setChosen(entry)}>
                    Change
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {chosen !== undefined && <EditTeam entry={chosen} doctors={doctors} onClose={() => setChosen(undefined)} />}
    </Section>
  );
}

interface EditTeamProps {
  readonly entry: CareTeam;
  readonly doctors: readonly Person[];
  readonly onClose: () => void;
}

function EditTeam({ entry, doctors, onClose }: EditTeamProps) {
  const office = useOffice();
  const deed = useDeed();
  const [team, setTeam] = useState<ReadonlySet<string>>(new Set(entry.team.map(({ id }) => id)));
  const save = async () => {
    const doctorsOf = [...team].map((id) => ({ role: 'doctor', id }) as const);
    const done = await deed.run(() =>
      office.ask({ type: 'care-team', patient: entry.patient, team: doctorsOf }, 'result'),
    );
    if (done) onClose();
  };
  const toggle = (id: string) => {
    const next = new Set(team);
    if (!next.delete(id)) next.add(id);
    setTeam(next);
  };
  return (
    <Dialog title={`Care team of ${entry.name || entry.patient.id}`} onClose={onClose}>
      {doctors.length === 0 ? (
        <p>No doctor is on the books yet.</p>
      ) : (
        <fieldset className={classes.team}>
          <legend className={table.caption}>Doctors</legend>
          {doctors.map(({ person, name }) => (
            <Checkbox
              key={person.id}
              label={`${name} (${person.id})`}
              checked={team.has(person.id)}
              onChange={() => toggle(person.id)}
            />
          ))}
        </fieldset>
      )}
      {deed.failed !== undefined && <Failure title="Not changed." code={deed.failed} />}
      <DialogActions>
        <Button loading={deed.busy} onClick={() => void save()}>
          Save the team
        </Button>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </DialogActions>
    </Dialog>
  );
}
