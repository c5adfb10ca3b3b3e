// The patients' cards. Terminating one destroys what opens its state; it is revoked at once, whether it can be reached or
// not.
import { Button } from '@mantine/core';
import { Dialog, DialogActions, useDeviceNow } from '@vitalseal/clinician/react';
import type { PatientCard } from '@vitalseal/protocol';
import { useState } from 'react';
import { useAnswer, useDeed, useOffice } from '../office-context.tsx';
import { Empty, Section } from '../parts/section.tsx';
import table from '../parts/table.module.css';
import { whenInWords } from '../parts/times.ts';

export function CardsSection() {
  const { answer, failed } = useAnswer('devices', { type: 'devices' });
  const deed = useDeed();
  const office = useOffice();
  const now = useDeviceNow();
  const [chosen, setChosen] = useState<PatientCard>();
  const cards = answer?.cards ?? [];
  const terminate = async ({ card }: PatientCard) => {
    setChosen(undefined);
    await deed.run(() => office.ask({ type: 'terminate-card', card }, 'result'));
  };
  return (
    <Section
      title="Patients’ cards"
      text="The secure element in each patient’s phone. They are invited at the hospital’s server."
      unread={failed}
      undone={deed.failed}
    >
      {cards.length === 0 ? (
        <Empty asked={answer !== undefined} text="No card has been invited yet." />
      ) : (
        <table className={table.table}>
          <caption className={table.caption}>Cards</caption>
          <thead>
            <tr>
              <th scope="col">Card</th>
              <th scope="col">Patient</th>
              <th scope="col">Stage</th>
              <th scope="col">Invited</th>
              <th scope="col">Seen</th>
              <th scope="col">
                <span className={table.caption}>Terminate</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {cards.map((card) => (
              <tr key={card.card}>
                <th scope="row" className={table.name}>
                  {card.card}
                </th>
                <td>{card.patient.id}</td>
                <td>{card.stage}</td>
                <td>{whenInWords(card.invitedAt, now)}</td>
                <td>{card.seenAt === undefined ? 'never' : whenInWords(card.seenAt, now)}</td>
                <td className={table.right}>
                  <Button size="xs" variant="default" disabled={deed.busy} onClick={() => setChosen(card)}>
                    Terminate
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {chosen !== undefined && (
        <Dialog title={`Terminate the card of ${chosen.patient.id}?`} tone="grave" onClose={() => setChosen(undefined)}>
          <p>
            Its certificate is revoked now: the hospital takes no reading from it any more. What waits in it is
            destroyed when it is reached. The patient needs a new card. This cannot be undone.
          </p>
          <DialogActions>
            <Button onClick={() => void terminate(chosen)}>Terminate the card</Button>
            <Button variant="default" onClick={() => setChosen(undefined)}>
              Leave it
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </Section>
  );
}
